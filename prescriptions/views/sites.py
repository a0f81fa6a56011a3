"""At which site a pharmacist works: that of the address, where there are several."""

from django.utils.http import urlencode

from accounts import places
from accounts.models import Site
from hospital.web import PageRequest


def site_asked(request: PageRequest, usual: Site | None = None) -> Site:
    """The site of the address, `?site=`; else the usual one, or the first."""
    asked = request.GET.get("site", "")
    usual = usual or places.first_site()
    return next((one for one in places.sites() if str(one.pk) == asked), usual)


def several_sites() -> list[Site]:
    """Those between which somebody may have to choose."""
    return places.sites() if len(places.sites()) > 1 else []


def at(site: Site, address: str, **query: str) -> str:
    """The address at this site; there is nothing to say where there is only one."""
    query = {name: value for name, value in query.items() if value}
    if several_sites():
        query["site"] = str(site.pk)
    return f"{address}?{urlencode(query)}" if query else address
