"""The emulator, with a way to keep and bring back its whole state.

A fault matrix starts thousands of runs from the same few accounts; making each of them through the API
would take longer than the runs. An extension of scripts/local/emulator.py.

    POST /_faults/save/<name>   keeps a copy of IAM and S3
    POST /_faults/load/<name>   brings that copy back
    GET  /_faults/dump          IAM and S3 as JSON, one entry per resource
"""

import base64
import copy
import json

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
    kept[name] = {key: copy.deepcopy(store._data) for key, store in STORES.items()}


def load(name):
    for key, data in kept[name].items():
        STORES[key]._data.clear()
        STORES[key]._data.update(copy.deepcopy(data))


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


def provider_tags(change):
    """Adds what the emulator lacks: tags of an identity provider that exists."""

    def answer(parameters):
        provider = iam._oidc_providers.get(iam._p(parameters, "OpenIDConnectProviderArn"))
        if provider is None:
            return iam._error(404, "NoSuchEntity", "No such identity provider.")
        tags = change({tag["Key"]: tag["Value"] for tag in provider.get("Tags") or []}, parameters)
        provider["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
        return iam._xml(200, "OpenIDConnectProviderTagsResponse", "")

    return answer


def tagged(tags, parameters):
    return tags | {tag["Key"]: tag["Value"] for tag in iam._extract_tags(parameters)}


def untagged(tags, parameters):
    gone = set(iam._extract_tag_keys(parameters))
    return {key: value for key, value in tags.items() if key not in gone}


iam._IAM_HANDLERS["TagOpenIDConnectProvider"] = provider_tags(tagged)
iam._IAM_HANDLERS["UntagOpenIDConnectProvider"] = provider_tags(untagged)


def kept_state(path):
    verb, _, name = path.partition("/")
    if verb == "dump":
        return json.dumps(dump()).encode("utf-8")
    {"save": save, "load": load}[verb](name)
    return b""


answering("/_faults/", kept_state)  # noqa: F821, given by what runs this file
