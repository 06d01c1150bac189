"""The site itself, for whoever administers it."""

from __future__ import annotations

from django.urls import path

from dolenti.clinic.views import site_closures, site_details, site_fees, site_rooms

ROOM = "site/rooms/<slug:public_id>"
CLOSURE = "site/closures/<slug:public_id>"
FEE = "site/fees/<slug:public_id>"

urlpatterns = [
    path("site/", site_details.site_details, name="site"),
    path("site/hours/", site_details.site_hours, name="site-hours"),
    path("site/rooms/", site_rooms.room_list, name="site-rooms"),
    path(f"{ROOM}/", site_rooms.room_rename, name="site-room"),
    path(f"{ROOM}/close/", site_rooms.room_close, name="site-room-close"),
    path("site/closures/", site_closures.closure_list, name="site-closures"),
    path(f"{CLOSURE}/", site_closures.closure, name="site-closure"),
    path(f"{CLOSURE}/take-back/", site_closures.closure_take_back, name="site-closure-take-back"),
    path("site/fees/", site_fees.fee_list, name="site-fees"),
    path(f"{FEE}/", site_fees.fee_change, name="site-fee"),
    path(f"{FEE}/end/", site_fees.fee_end, name="site-fee-end"),
]
