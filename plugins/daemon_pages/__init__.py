"""Pages that a family can read: a Datasette plugin for the files that build_db makes."""

from daemon_pages.hosts import get_metadata, permission_allowed, permission_resources_sql
from daemon_pages.plugin import (
    asgi_wrapper,
    extra_template_vars,
    forbidden,
    handle_exception,
    menu_links,
    prepare_connection,
    register_routes,
    render_cell,
    startup,
)

__all__ = [
    "asgi_wrapper",
    "extra_template_vars",
    "forbidden",
    "get_metadata",
    "handle_exception",
    "menu_links",
    "permission_allowed",
    "permission_resources_sql",
    "prepare_connection",
    "register_routes",
    "render_cell",
    "startup",
]
