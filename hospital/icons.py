"""The drawings of the product: what stands inside a 24 by 24 svg."""

ICONS = {
    "alert": '<path d="M12 3l10 18H2zM12 10v5M12 18v.2"/>',
    "auto": '<circle cx="12" cy="12" r="9"/><path d="M12 3v18M15 5v14M18 7v10"/>',
    "ban": '<circle cx="12" cy="12" r="9"/><path d="M6 6l12 12"/>',
    "bell": '<path d="M6 16V11a6 6 0 0112 0v5l2 2H4zM10 21h4"/>',
    "bill": '<path d="M5 3h14v18l-3-2-2 2-2-2-2 2-2-2-3 2zM9 8h6M9 12h6"/>',
    "building": '<path d="M5 21V4h14v17M3 21h18M9 8h2M13 8h2M9 12h2M13 12h2M10 21v-4h4v4"/>',
    "cal": '<rect x="3" y="5" width="18" height="16" rx="2"/><path d="M3 10h18M8 3v4M16 3v4"/>',
    "chair": '<path d="M7 3v10h10V3M7 13v8M17 13v8M5 9v4h2M19 9v4h-2"/>',
    "chart": '<path d="M4 20h16M7 20v-6M12 20V6M17 20v-9"/>',
    "chat": '<path d="M4 4h16v12H10l-5 4v-4H4zM8 8h8M8 12h5"/>',
    "check": '<path d="M4 12.5l5 5L20 6.5"/>',
    "circle": '<circle cx="12" cy="12" r="8"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/>',
    "code": '<path d="M8 7l-5 5 5 5M16 7l5 5-5 5"/>',
    "done": '<path d="M2 12.5l4.5 4.5L16 7.5M11 16l1 1 10-9.5"/>',
    "door": '<path d="M6 21V3h12v18M3 21h18M14 12v.2"/>',
    "down": '<path d="M6 9l6 6 6-6"/>',
    "edit": '<path d="M4 20l1-4L16 5l3 3L8 19zM14 7l3 3"/>',
    "eye": '<path d="M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7z"/><circle cx="12" cy="12" r="3"/>',
    "filter": '<path d="M3 5h18l-7 8v6l-4-2v-4z"/>',
    "gear": (
        '<circle cx="12" cy="12" r="3.5"/>'
        '<path d="M12 2.5v4M12 17.5v4M2.5 12h4M17.5 12h4M5.300 5.300l2.800 2.800M15.900 15.900l2.800 2.800'
        'M18.700 5.300l-2.800 2.800M8.100 15.900l-2.800 2.800"/>'
    ),
    "grid": '<path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z"/>',
    "history": '<path d="M4 12a8 8 0 108-8c-3 0-5.5 1.5-7 4M4 4v4h4M12 8v4l3 2"/>',
    "home": '<path d="M3 11l9-7 9 7v9h-6v-6H9v6H3z"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7v.2"/>',
    "key": '<circle cx="8" cy="15" r="4"/><path d="M11 12l9-9M16 7l3 3"/>',
    "lab": '<path d="M9 3h6M10 3v6l-5 9a2 2 0 002 3h10a2 2 0 002-3l-5-9V3M7.5 15h9"/>',
    "left": '<path d="M15 6l-6 6 6 6"/>',
    "lock": '<rect x="5" y="11" width="14" height="10" rx="2"/><path d="M8 11V7a4 4 0 018 0v4"/>',
    "logout": '<path d="M10 4H5v16h5M15 8l4 4-4 4M19 12H9"/>',
    "menu": '<path d="M4 6h16M4 12h16M4 18h16"/>',
    "moon": '<path d="M20 14A8.5 8.5 0 0110 4a8.5 8.5 0 1010 10z"/>',
    "note": '<path d="M5 3h10l4 4v14H5zM9 12h6M9 16h6"/>',
    "people": (
        '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 5a3.5 3.5 0 010 6.5'
        'M18 14.5c2 .8 3.200 2.700 3.5 5.5"/>'
    ),
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c.6-4.5 3.600-7 8-7s7.400 2.5 8 7"/>',
    "phone": '<path d="M5 3h4l2 5-2.5 2a12 12 0 005.5 5.5l2-2.5 5 2v4c0 1-1 2-2 2C11 21 3 13 3 5c0-1 1-2 2-2z"/>',
    "pill": '<rect x="2.5" y="8" width="19" height="8" rx="4"/><path d="M12 8v8"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "print": '<path d="M7 9V3h10v6M7 17H3V9h18v8h-4M7 14h10v7H7z"/>',
    "pulse": '<path d="M3 12h4l3-7 4 14 3-7h4"/>',
    "queue": '<path d="M4 6h16M4 12h10M4 18h6"/><circle cx="18" cy="16" r="3"/>',
    "right": '<path d="M9 6l6 6-6 6"/>',
    "save": '<path d="M12 3v12M7 10l5 5 5-5M4 19h16"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l5 5"/>',
    "shield": '<path d="M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM8.5 12l2.5 2.5 4.5-4.5"/>',
    "star": '<path d="M12 3.500l2.600 5.500 6 .8-4.400 4.200 1.100 6L12 17.100 6.700 20l1.100-6L3.400 9.800l6-.8z"/>',
    "steth": '<path d="M5 3v6a4 4 0 008 0V3M9 13v3a5 5 0 0010 0v-3"/><circle cx="19" cy="11" r="2"/>',
    "sun": (
        '<circle cx="12" cy="12" r="4"/><path d="M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2'
        'M7 17l-2 2"/>'
    ),
    "up": '<path d="M6 15l6-6 6 6"/>',
    "x": '<path d="M6 6l12 12M18 6L6 18"/>',
}
OTHER_NAMES = {
    "calendar": "cal",
    "close": "x",
    "doctor": "steth",
    "patients": "people",
    "settings": "gear",
    "stethoscope": "steth",
    "user": "person",
    "users": "people",
    "warning": "alert",
    "week": "cal",
}


def drawing(name: str) -> str:
    """An unknown name draws a circle: a wrong sign must not take a page down."""
    return ICONS.get(OTHER_NAMES.get(name, name), ICONS["circle"])
