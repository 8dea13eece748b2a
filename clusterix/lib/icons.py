"""The few icons of the interface: 24 by 24, drawn with one stroke, always beside words."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

PATHS = {
    "calendar": "M4 6.5h16v14H4zM4 10.5h16M8.5 3.5v5M15.5 3.5v5",
    "camera": "M3.5 7.5h4l1.5-2.5h6l1.5 2.5h4v12h-17zM15.5 13a3.5 3.5 0 1 0-7 0 3.5 3.5 0 0 0 7 0z",
    "check": "M4.5 12.5l5 5L19.5 7",
    "close": "M6 6l12 12M18 6L6 18",
    "contrast": "M20.5 12a8.5 8.5 0 1 0-17 0 8.5 8.5 0 0 0 17 0zM12 3.5v17M12 8h7.5M12 12h8.5"
    "M12 16h7.5",
    "copy": "M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4",
    "download": "M12 4v11M7 10.5l5 5 5-5M4.5 20h15",
    "flag": "M6 21V4h12l-3 4 3 4H6",
    "moon": "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z",
    "play": "M7 4.5v15l12-7.5z",
    "network": "M12 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM5.5 20.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z"
    "M18.5 20.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM10.5 9.2l-3.7 6.6M13.5 9.2l3.7 6.6",
    "search": "M17 10.5a6.5 6.5 0 1 0-13 0 6.5 6.5 0 0 0 13 0zM15.2 15.2l5.3 5.3",
    "star": "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1.1 5.9L12 16.8l-5.3 2.9 1.1-5.9-4.3-4.1 5.9-.8z",
    "sun": "M16.5 12a4.5 4.5 0 1 0-9 0 4.5 4.5 0 0 0 9 0zM12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22"
    "M5 5l1.7 1.7M17.3 17.3L19 19M5 19l1.7-1.7M17.3 6.7L19 5",
    "warning": "M12 4l9 16H3zM12 10v4.5M12 17.2v.3",
}


def icon(name: str) -> SafeString:
    """An icon as SVG in the colour of the text around it, hidden from screen readers."""
    return format_html(
        '<svg class="icon icon--{}" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">'
        '<path d="{}"/></svg>',
        name,
        PATHS[name],
    )
