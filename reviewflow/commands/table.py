"""Every command; to add one is to add an entry."""

from reviewflow.commands.broadcast import BROADCAST
from reviewflow.commands.command import Command
from reviewflow.commands.create_test_pr import CREATE_TEST_PR
from reviewflow.commands.setup_webhook import SETUP_WEBHOOK
from reviewflow.commands.status import STATUS
from reviewflow.commands.sync import SYNC
from reviewflow.commands.users import USERS

COMMANDS: tuple[Command, ...] = (SYNC, STATUS, BROADCAST, CREATE_TEST_PR, SETUP_WEBHOOK, USERS)
