"""What OpenAPI says is asked of the server by schemathesis: nothing it makes up may be the server's fault."""

from __future__ import annotations

import pytest

from tests.unit.server.live import CleaningSession, TwoSpeakers, running

schemathesis = pytest.importorskip("schemathesis")


@pytest.mark.slow
def test_nothing_made_up_is_a_server_error(tmp_path) -> None:
    with running(session=CleaningSession(), more={"diarizer": TwoSpeakers(), "voices_folder": str(tmp_path)}) as live:
        schema = schemathesis.openapi.from_url(f"{live.url}/openapi.json").exclude(path="/v1/audio/speech")
        operations = [operation.ok() for operation in schema.get_all_operations()]
        assert len(operations) >= 11
        for operation in operations:
            _ask(operation)


def _ask(operation) -> None:
    from hypothesis import given, settings
    from schemathesis.checks import not_a_server_error

    @settings(max_examples=3, deadline=None, derandomize=True)
    @given(case=operation.as_strategy())
    def ask(case) -> None:
        case.validate_response(case.call(), checks=[not_a_server_error])

    ask()
