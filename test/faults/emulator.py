"""Tags of identity providers, which the emulator lacks. An extension of scripts/local/emulator.py."""

from ministack.services import iam


def provider_tags(change):
    """Adds a call on the tags of an identity provider that exists."""

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
