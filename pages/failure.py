"""What a person sees when a page could not be built: no inside of ours."""

from nicegui import app, ui

from reviewflow.web import paths


def create() -> None:
    """Replace the stock page, which shows the text of the exception."""
    app.on_page_exception(show)


def show() -> None:
    """Say it calmly, with one next step."""
    ui.page_title('Something went wrong · ReviewFlow')
    with ui.element('div').classes('rf-empty'):
        ui.html('Something went wrong', sanitize=False, tag='h1')
        ui.label('The page could not be shown. The reason is in the log of the server.').classes('rf-2')
        ui.link('Try again', paths.HOME).classes(replace='rf-btn')
