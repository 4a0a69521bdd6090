"""The weather of Open-Meteo.com, and what was fetched of it before.

In: a place's name. Out: its forecast, fresh or with its age. Source: open-meteo.com/en/docs (forecast and geocoding;
no key; data CC-BY 4.0, so who shows it shows `ATTRIBUTION`; the hosted service is for non-commercial use). Codes of the
weather are those of the WMO's table 4677, in the groups that page lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allears.assistant.store import Store
from allears.assistant.web import Offline, Web

__all__ = ["ATTRIBUTION", "Forecast", "OpenMeteo", "UnknownPlace", "sky"]

ATTRIBUTION = "Weather data by Open-Meteo.com"
_FRESH_S = 1800.0  # the service has new values every 15 to 60 minutes
_CURRENT = "temperature_2m,weather_code,wind_speed_10m"
_DAILY = "weather_code,temperature_2m_max,temperature_2m_min,precipitation_probability_max"
_DAYS = 7
_SKY = {
    0: "clear", 1: "mostly clear", 2: "partly cloudy", 3: "overcast", 45: "foggy", 48: "foggy", 51: "light drizzle",
    53: "drizzle", 55: "heavy drizzle", 56: "freezing drizzle", 57: "freezing drizzle", 61: "light rain", 63: "rain",
    65: "heavy rain", 66: "freezing rain", 67: "freezing rain", 71: "light snow", 73: "snow", 75: "heavy snow",
    77: "snow grains", 80: "light showers", 81: "showers", 82: "heavy showers", 85: "snow showers", 86: "snow showers",
    95: "thunderstorms", 96: "thunderstorms with hail", 99: "thunderstorms with hail",
}  # fmt: skip


class UnknownPlace(Exception):
    """There is no place of that name."""


@dataclass(frozen=True)
class Forecast:
    """A forecast.

    Attributes:
        place: as the service writes it.
        age_s: since it was fetched.
        data: `current` and `daily` of the service.
    """

    place: str
    age_s: float
    data: Mapping[str, Any]


def sky(code: Any) -> str:
    """A code in words."""
    return _SKY.get(code, "unsettled weather")


class OpenMeteo:
    """See the module.

    Args:
        web: the way out, for both addresses.
        store: remembers what was fetched.
        forecast_url, geocoding_url: of the services, without a path.
        units: `metric` or `imperial`.
    """

    def __init__(self, web: Web, store: Store, forecast_url: str, geocoding_url: str, units: str = "metric") -> None:
        self._web, self._store, self._units = web, store, units
        self._forecast_url, self._geocoding_url = forecast_url.rstrip("/"), geocoding_url.rstrip("/")

    def forecast(self, city: str, now: float) -> Forecast:
        """The forecast of a place, fetched if what is remembered is old, the old one if nobody answers.

        Args:
            city: its name.
            now: seconds since 1970.

        Raises:
            UnknownPlace: there is none of that name.
            Offline: nobody answers, and nothing is remembered.
        """
        key = f"weather {self._units} {city.casefold()}"
        known = self._store.cached(key)
        if known is None or not 0 <= now - known[0] < _FRESH_S:
            try:
                known = now, self._fetch(city)
                self._store.cache(key, *known)
            except Offline:
                if known is None:
                    raise
        at, value = known
        return Forecast(str(value["place"]), max(0.0, now - at), value)

    def _fetch(self, city: str) -> dict[str, Any]:
        key = f"place {city.casefold()}"
        known = self._store.cached(key)
        place = known[1] if known else self._place(city)
        self._store.cache(key, 0.0, place)
        units = {"temperature_unit": "fahrenheit", "wind_speed_unit": "mph"} if self._units == "imperial" else {}
        query = {
            "latitude": place["latitude"], "longitude": place["longitude"], "current": _CURRENT, "daily": _DAILY,
            "timezone": "auto", "forecast_days": _DAYS, **units,
        }  # fmt: skip
        answer = self._web.json(f"{self._forecast_url}/v1/forecast", query)
        if not isinstance(answer, dict) or "current" not in answer or "daily" not in answer:
            raise Offline("the weather service answered with something that is no forecast")
        return {"place": place["name"], "current": answer["current"], "daily": answer["daily"]}

    def _place(self, city: str) -> dict[str, Any]:
        query = {"name": city, "count": 1, "language": "en", "format": "json"}
        answer = self._web.json(f"{self._geocoding_url}/v1/search", query)
        found = answer.get("results") if isinstance(answer, dict) else None
        if not found:
            raise UnknownPlace(city)
        return {name: found[0][name] for name in ("name", "latitude", "longitude")}
