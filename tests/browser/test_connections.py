"""Connections that stay open between requests, as browsers and proxies keep them."""

from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_after_a_refused_upload_the_next_request_is_answered(site):
    connection, statuses = HTTPConnection(urlsplit(site).netloc), []
    for _time in range(20):
        # Too much to have been read with the head, and not so much that the server itself says that it closes.
        connection.request("POST", "/account", body=b"text=" + b"x" * 40_000, headers=FORM)
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
    connection.close()
    assert statuses == [400] * 20
