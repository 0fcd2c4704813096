"""The emulator, able to say which start of it answers.

Two programs that look for a free port at the same time find the same one, and one of them gets it. The other
would take the answers it hears there for its own emulator's. So whoever starts one gives it an identity:

    GET /_sts-prep/identity     what STS_PREP_EMULATOR_IDENTITY was when this process was started

Started like `python -m ministack`, with the same environment besides. Arguments are Python files that extend it;
they find `answering` among their globals.
"""

import os
import runpy
import sys

import ministack.app as ministack

# Functions inherit the emulator's environment; this is none of their business.
IDENTITY = os.environ.pop("STS_PREP_EMULATOR_IDENTITY").encode("ascii")


def answering(path, answer):
    """Has the emulator answer requests whose path begins so with the bytes that `answer(rest of path)` gives."""
    inner = ministack.app

    async def app(scope, receive, send):
        if scope["type"] != "http" or not scope["path"].startswith(path):
            return await inner(scope, receive, send)
        body = answer(scope["path"][len(path) :])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    ministack.app = app


answering("/_sts-prep/identity", lambda _: IDENTITY)

extensions, sys.argv[1:] = sys.argv[1:], []
for extension in extensions:
    runpy.run_path(extension, {"answering": answering})
ministack.main()
