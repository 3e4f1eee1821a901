"""A laptop tries passwords from a list until one is right, each sent encrypted for the server.

kind: R
stack: node-opcua 2.186.4, client and server
expect: opcua.servicenodeid.numeric == 467 => 7
"""

from tools.opcualab import scene
from tools.session import laptop

words = ["operator", "12345", "admin", "password", "pump", "langyan", "right-one"]
scene(laptop, [*(["open", "operator", word] for word in words), ["close"]], password="right-one")
