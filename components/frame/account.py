"""Who is signed in, how it looks to them, and the way out."""

from functools import partial

from fastapi import Request
from nicegui import ui

from components.phone import Phone
from reviewflow.accounts import Action, Actor, may
from reviewflow.accounts.role import OPERATOR
from reviewflow.settings import Settings
from reviewflow.web import paths
from reviewflow.web.prefix import outside
from reviewflow.web.reach import address_for_others, seen_address

DARK = {'system': None, 'light': False, 'dark': True}
"""Theme → NiceGUI's dark mode."""
COOKIE = 'rf_theme'
YEAR_S = 31_536_000


class AccountMenu:
    """A button with a menu that is built when it is first opened: most pages never need it."""

    def __init__(self, actor: Actor, request: Request, settings: Settings) -> None:
        self._actor = actor
        self._way_out = outside(request, paths.LOGOUT)
        self._settings = settings
        self._seen = seen_address(request)
        self._phone: Phone | None = None
        self._around = ui.context.slot
        theme = request.cookies.get(COOKIE, '')
        self._theme = theme if theme in DARK else 'system'
        self._dark = ui.dark_mode(DARK[self._theme])
        self._menu: ui.menu | None = None
        self._choices: dict[str, ui.button] = {}
        initial = actor.name[:1].upper()
        self._button = ui.button(initial, color=None, on_click=self._open).classes(
            'rf-btn is-icon rf-account'
        )
        self._button.props['aria-label'] = f'Account of {actor.name}'
        self._button.props['aria-haspopup'] = 'dialog'
        self._button.mark('account')

    def _open(self) -> None:
        if self._menu is None:
            self._menu = self._built()
        self._menu.open()

    def _built(self) -> ui.menu:
        with self._button, ui.menu().classes('rf-menu rf-account-menu') as menu:
            menu.props('role=dialog aria-label=Account')  # what is in it are no menu items
            menu.props('no-parent-event transition-show=fade transition-hide=fade')
            menu.props('anchor="bottom right" self="top right" :offset="[0, 8]"')
            ui.label(self._actor.name).classes('rf-strong')
            ui.label(self._actor.role.capitalize()).classes('rf-2')
            with ui.element('div').classes('rf-seg').props('role=group aria-label=Theme'):
                for theme in DARK:
                    choose = partial(self._choose, theme)
                    button = ui.button(theme.capitalize(), color=None, on_click=choose).mark(f'theme-{theme}')
                    self._choices[theme] = button.classes('rf-seg-btn')
            if may(self._actor, Action.CHANGE_TOKENS):
                ui.link('Connect GitHub', paths.CONNECT).classes(replace='rf-btn is-wide')
            ui.button('Open on your phone', color=None, on_click=partial(self._show_phone, menu)).classes(
                'rf-btn is-wide'
            )
            if self._actor != OPERATOR:  # in the window there is no way in again: closing it is the way out
                self._offer_way_out()
        self._mark_chosen()
        return menu

    def _offer_way_out(self) -> None:
        with ui.element('form').props('method=post') as form:
            form.props['action'] = self._way_out
            ui.html('Sign out', sanitize=False, tag='button').classes('rf-btn is-wide').props('type=submit')

    def _show_phone(self, menu: ui.menu) -> None:
        """Show the address as a code, over the page; it is drawn when it is first asked for."""
        menu.close()
        if self._phone is None:
            with self._around:
                self._phone = Phone(address_for_others(self._settings, seen=self._seen))
        else:
            self._phone.show()

    def _choose(self, theme: str) -> None:
        """Show it at once, and let the next page begin with it."""
        self._theme = theme
        self._dark.value = DARK[theme]
        ui.run_javascript(f"document.cookie = '{COOKIE}={theme}; path=/; max-age={YEAR_S}; samesite=lax'")
        self._mark_chosen()

    def _mark_chosen(self) -> None:
        for theme, button in self._choices.items():
            button.props['aria-pressed'] = str(theme == self._theme).lower()
            button.update()
