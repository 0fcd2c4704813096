"""The emulator, with a way to keep and bring back its whole state.

A fault matrix starts thousands of runs from the same few accounts; making each of them through the API
would take longer than the runs. Tests that compare an account before and after a run would spend most of
their time on the hundred calls that it takes to read one. An extension of scripts/local/emulator.py.

    POST /_state/save/<name>   keeps a copy of IAM and S3
    POST /_state/load/<name>   brings that copy back
    GET  /_state/dump          IAM and S3 as JSON, one entry per resource
    GET  /_state/dump/<account>/<bucket>
                               those of one account, without versions, without what runs write about themselves, and
                               without a bucket
"""

import base64
import json
import pickle
import re

from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict
from ministack.services import iam, s3

STORES = {
    f"{module.__name__.rsplit('.', 1)[-1]}.{name}": store
    for module in (iam, s3)
    for name, store in vars(module).items()
    if isinstance(store, (AccountScopedDict, AccountRegionScopedDict))
}
kept = {}


def save(name):
    # Many times faster than deepcopy, which looks at every text.
    kept[name] = pickle.dumps({key: store._data for key, store in STORES.items()}, pickle.HIGHEST_PROTOCOL)


def load(name):
    for key, data in pickle.loads(kept[name]).items():
        STORES[key]._data.clear()
        STORES[key]._data.update(data)


def plain(value):
    if isinstance(value, dict) or hasattr(value, "items"):
        return {text(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (bytes, bytearray)):
        try:
            return bytes(value).decode("utf-8")
        except UnicodeDecodeError:
            return "base64:" + base64.b64encode(bytes(value)).decode("ascii")
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)


def text(key):
    return " ".join(str(part) for part in key) if isinstance(key, tuple) else str(key)


def dump():
    return {
        key: {text(scoped): plain(value) for scoped, value in store._data.items()}
        for key, store in STORES.items()
        if store._data
    }


# They pile up from run to run, and no comparison is about them.
RECORDS = re.compile(r"clusters/[^/]+/runs/|rejected/|approvals/|executions/")


def dump_account(account, bucket):
    return {
        key: {
            text(scoped[1:]): plain(without_records(value) if key == "s3._buckets" else value)
            for scoped, value in store._data.items()
            if scoped[0] == account and scoped[1] != bucket
        }
        for key, store in STORES.items()
        if key != "s3._object_versions"
    }


def without_records(bucket):
    objects = {key: item for key, item in bucket["objects"].items() if not RECORDS.match(key)}
    return {**bucket, "objects": objects}


def kept_state(path):
    verb, _, name = path.partition("/")
    if verb == "dump":
        return json.dumps(dump_account(*name.split("/")) if name else dump()).encode("utf-8")
    {"save": save, "load": load}[verb](name)
    return b""


answering("/_state/", kept_state)  # noqa: F821, given by what runs this file
