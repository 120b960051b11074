"""Hand-written titles of pulls, each with its labels."""

WRITTEN = {
    'payments-api': """
Make refund retries idempotent across provider timeouts | bug payments
Split the webhook signature check from payload parsing | security
Drop the legacy /v1/charges route | breaking
Show the provider's reference on every refund receipt | payments
Charge in the card currency when the shop allows it | enhancement payments
Answer 409 instead of 500 when a capture races a void | bug
Store amounts as integers of the minor unit everywhere | migration domain
Refuse captures above the authorised amount | bug payments
Send the payout file again when the bank says nothing for an hour
Mask card numbers in the logs of the sandbox provider | security
Give every dispute a deadline and remind the shop two days before | enhancement
Read provider time-outs from settings instead of constants
Retry webhooks with jitter, for three days at most | enhancement
Keep the order of events per payment, not per process | bug
Page through settlements by cursor, not by offset | performance
Return the decline reason the card holder may see | ux payments
Reject idempotency keys that come back with another body | security
Close idle provider connections before the provider does | regression
Round conversion fees half to even | bug domain
Move receipts from the request into the outbox | performance
""",
    'web': """
Keep the cart when the session is refreshed at checkout | checkout regression
Replace the date picker with the native input on touch devices | ux performance
Remove the beta flag from saved cards | checkout
Prefetch the product page when a card is hovered | performance
Announce price changes to screen readers | a11y
Validate the postcode for the chosen country only | bug checkout
Show delivery dates in the customer's time zone | bug
Load the review widget only when it scrolls into view | performance
Keep focus inside the address dialog | a11y bug
Undo for removing an item from the cart | enhancement ux
Explain why a voucher does not apply | ux checkout
Stop double orders on a slow double click | bug checkout
Sort search results by relevance when a query is given | enhancement
Use one currency formatter for cart, checkout and mail
Render product pages without client script first | performance
Let guests track an order by number and postcode | enhancement
Bring back the scroll position after the filter closes | regression ux
Ask for the phone number only where the carrier needs it | checkout
Split the vendor bundle so that checkout loads 90 KB less | performance
Write the consent choice before any tag is loaded | security
""",
    'ledger': """
Reject postings that cross a closed accounting period | domain breaking
Stream the nightly balance report instead of loading every row | performance reports
Book provider fees on the day they were charged | bug domain
Prove that every transaction sums to zero per currency | tests domain
Add a replay command that rebuilds balances from postings | tooling
Lock accounts in one order to end the deadlocks at month end | bug
Keep corrections as new postings, never as updates | domain
Write statements in camt.053 | enhancement reports
Index postings by account and value date | performance migration
Compare yesterday's balances with the bank's before opening | reports
Name the account in the error when a limit is exceeded | ux
Partition postings by quarter | migration capacity
Make the period close resumable after a restart | bug
Refuse a posting whose currency the account does not hold | domain
Cache opening balances per period | performance
Let auditors read without being able to write | security
Import the chart of accounts from a reviewed file | tooling
Carry the payment id through to every posting | enhancement
Round only when a balance is shown | bug
Snapshot balances hourly so that a replay takes minutes | performance
""",
    'infra': """
Raise the connection pool of the eu-west read replicas to 80 | capacity
Rotate signing keys every 30 days, with an overlap of two | security
Try a second cache in front of the rates service | capacity
Pin base images by digest | security
Move the build runners to arm64 | performance
Alert on certificate expiry three weeks ahead
Restore last night's backup every morning and say how long it took | tooling
Let staging sleep at night | capacity
Give each service its own database role | security
Drain nodes before the kernel update, one zone at a time
Replace the shared deploy key with short-lived tokens | security
Keep access logs for 30 days, then only their counts
Spread the ledger over three zones | capacity
Stop paging for disks that will last another month | ux
Plan on every pull request, apply only from main | tooling
Put the dashboards into version control | documentation
Limit what a build may reach on the network | security
Warm the image cache before the morning peak | performance
Fail over the rates service without a person | enhancement
Tag every volume with its owner | tooling
""",
    'design-system': """
Draw the focus ring with a 2 px offset on every control | a11y
Table: keep the first column in place without layout shift | ux
Add a compact density for tables and menus | enhancement
Raise the contrast of disabled text to 4.5:1 | a11y
Dialog: return the focus to what opened it | a11y bug
Take spacing from tokens instead of magic numbers | tooling
Deprecate the round button | breaking
Honour reduced motion in every transition | a11y
Date picker: start the week where the locale does | bug
Ship icons as one sprite | performance
Menu: type to jump to an item | enhancement a11y
Toast: stack three at most, the newest on top | ux
Publish tokens as CSS custom properties | migration
Write usage notes for the empty state | documentation
Tooltip: stay open while the pointer is on it | a11y
Form field: tie error text to its input | a11y bug
Compare screenshots in dark mode too | tests
Tabs: keep the selected one in view on narrow screens | bug ux
Remove the second shade of warning yellow
Select: show what is chosen before what is possible | enhancement
""",
    'mobile': """
Drain the offline queue in order after airplane mode | ios bug
Fall back to the passcode after two failed biometric unlocks | ios ux
Open receipts from the notification, not the home screen | bug
Ask for the camera only when the scanner is opened | security ux
Cut the cold start by loading settings lazily | performance android
Keep the draft of a transfer when the app is killed | bug
Support the system's large text sizes on the payment screen | a11y
Show the last known balance with its age while offline | ux
Sign out everywhere from the security screen | security enhancement
Respect do-not-disturb for reminders | android
Handle deep links while the app is locked | bug
Draw charts without the web view | performance
Replace the splash animation by the first real screen | performance
Retry uploads on a network change | ios enhancement
Explain why a device is no longer trusted | ux
Widget: follow the system theme | ios
Back gesture leaves the scanner, not the app | android bug
Read amounts aloud with their currency | a11y
Keep one list of supported banks for both platforms | tooling
Drop support for the oldest two system versions | breaking
""",
    'docs': """
Explain how partial captures appear in the settlement file | documentation
Start the quick start with a test card | documentation
Write the migration guide for integer amounts | documentation migration
Run every code sample in the build | tests tooling
Add a page for each decline reason
Draw the life of a refund as one diagram | documentation
Say which errors are safe to retry | documentation
Fix the dark theme of code blocks | bug
Collect all limits on one page
Translate the checkout guide into Spanish
Replace screenshots that still show the old menu
List webhook events with an example of each | documentation
Redirect the addresses of the old manual | bug
Tell apart test mode and live mode on every page | ux
Make the search find error codes | enhancement
Describe how keys are rotated without an outage | security
Write a glossary of bookkeeping terms | domain
Show the same example in curl, Python and TypeScript
Add a page on time zones and value dates | domain
Mark what is new since the reader's version | enhancement
""",
}
