"""An emulator that nobody here knows: it gets the template as AWS does, and says itself where its APIs are."""

import copy
from collections.abc import Mapping
from urllib.parse import urlsplit

import boto3

from infra.local.bridges import bridge
from infra.local.bridges.bridge import Addresses, LocalEndpoints, Template


class Unknown:
    name = "an unknown emulator"
    lacks = ""
    takes_layer = True
    judges_in_our_process = False

    def localise(self, packaged: Template, around: LocalEndpoints) -> Template:
        template = copy.deepcopy(packaged)
        bridge.take_code_from_s3(template, around)
        bridge.take_layers_from_s3(template, around)
        bridge.lead_to_the_front_door(template, around)
        return template

    def addresses(self, aws: boto3.Session, endpoint_url: str, outputs: Mapping[str, str]) -> Addresses:
        socket = urlsplit(outputs["WebsocketConnectEndpointURL"])
        return Addresses(rest_url=outputs["EndpointURL"].rstrip("/"), websocket_url=socket.geturl().rstrip("/"))
