"""Lists: what is to be bought, for all together; what is to be done, for each person their own."""

from __future__ import annotations

from allears.assistant.skill import Ask, Reply, Request, Skill, Tools
from allears.assistant.skills import SKILLS
from allears.assistant.spoken import and_list

__all__ = ["lists"]

_SHOPPING, _TO_DO = "shopping", "to do"
_MOST_SAID = 8
_GRAMMAR = """
intents:
  HassShoppingListAddItem:
    data:
      - sentences:
          - "(add|put) [more|some] <item> (to|on|in) (the|my|our) [shopping] list"
          - "(add|put) something (to|on) (the|my|our) [shopping] list"
          - "we need [more|some] <item>"
          - "(buy|get) [more|some] <item>"
  HassShoppingListCompleteItem:
    data:
      - sentences:
          - "(remove|delete|take|check) [the] <item> (from|off) (the|my|our) [shopping] list"
          - "(check|cross) off <item>"
  HassListAddItem:
    data:
      - sentences:
          - "(add|put) [more|some] <item> (to|on|in) (the|my) (to do|todo|task) list"
          - "remind me to {todo:item}"
  HassListCompleteItem:
    data:
      - sentences: ["(remove|delete|take|check) [the] <item> (from|off) (the|my) (to do|todo|task) list"]
  AllearsListRead:
    data:
      - sentences:
          - "(what is|what's|read [me]) [on] (the|my|our) [shopping] list"
          - "what do (we|i) need [to buy]"
        slots: {list: shopping}
      - sentences:
          - "(what is|what's|read [me]) [on] (the|my) (to do|todo|task) list"
          - "what do i (have|need) to do"
        slots: {list: to do}
  AllearsListClear:
    data:
      - sentences: ["(clear|empty|delete) (the|my|our) [shopping] list"]
        slots: {list: shopping}
      - sentences: ["(clear|empty|delete) (the|my) (to do|todo|task) list"]
        slots: {list: to do}
expansion_rules:
  item: "({known:item}|{any:item})"
lists:
  known:
    values: [milk, bread, eggs, butter, cheese, coffee, tea, sugar, salt, flour, rice, pasta, potatoes, onions,
      tomatoes, apples, bananas, oranges, orange juice, water, beer, wine, chicken, fish, meat, yoghurt, olive oil,
      soap, shampoo, toilet paper, batteries]
  any: {wildcard: true}
  todo: {wildcard: true}
"""


@SKILLS.register
def lists(tools: Tools) -> Skill:
    """Shopping and to-do lists."""
    keep = _Lists(tools)
    handlers = {
        "HassShoppingListAddItem": lambda r: keep.add(_SHOPPING, r),
        "HassShoppingListCompleteItem": lambda r: keep.remove(_SHOPPING, r),
        "HassListAddItem": lambda r: keep.add(_TO_DO, r),
        "HassListCompleteItem": lambda r: keep.remove(_TO_DO, r),
        "AllearsListRead": keep.read,
        "AllearsListClear": keep.clear,
    }
    examples = ("add milk to the shopping list", "what's on my to do list")
    return Skill("lists", _GRAMMAR, handlers, examples)


class _Lists:
    def __init__(self, tools: Tools) -> None:
        self._store = tools.store

    def add(self, name: str, request: Request) -> Reply:
        item = _item(request)
        if not item:
            return Reply(f"What shall I put on the {name} list?", ask=Ask("item"))
        sql = "INSERT OR IGNORE INTO items (list, who, item) VALUES (?, ?, ?)"
        is_new = self._store.change(sql, name, _owner(name, request), item)
        return Reply(
            f"{item.capitalize()} is on the {name} list." if is_new else f"{item.capitalize()} was on it already."
        )

    def remove(self, name: str, request: Request) -> Reply:
        item = _item(request)
        sql = "DELETE FROM items WHERE list = ? AND who = ? AND item = ?"
        if self._store.change(sql, name, _owner(name, request), item):
            return Reply(f"{item.capitalize()} is off the {name} list.")
        return Reply(f"{item.capitalize()} is not on the {name} list.")

    def read(self, request: Request) -> Reply:
        name = str(request.values["list"])
        sql = "SELECT item FROM items WHERE list = ? AND who = ? ORDER BY id"
        items = [str(row[0]) for row in self._store.rows(sql, name, _owner(name, request))]
        whose = f"{request.who}, your" if request.who and name == _TO_DO else "The"
        if not items:
            return Reply(f"{whose} {name} list is empty.")
        more = len(items) - _MOST_SAID
        said = [*items[:_MOST_SAID], f"{more} more"] if more > 0 else items
        return Reply(f"{whose} {name} list has {and_list(said)}.", note=", ".join(items))

    def clear(self, request: Request) -> Reply:
        name = str(request.values["list"])
        sql = "DELETE FROM items WHERE list = ? AND who = ?"
        self._store.change(sql, name, _owner(name, request))
        return Reply(f"The {name} list is empty now.")


def _owner(name: str, request: Request) -> str:
    """Whose list it is: everybody buys from one list."""
    return (request.who or "").casefold() if name == _TO_DO else ""


def _item(request: Request) -> str:
    return str(request.values.get("item", "")).strip(" .,!?").lower()
