"""The block directory: counts by type, the data blocks, one block's header; an upload is refused.

kind: R
stack: node-snap7 1.0.9, client and server
expect: s7comm.param.userdata.funcgroup == 3 => 8+
expect: s7comm.param.func == 0x1d => 1+
"""

from tools.s7lab import scene
from tools.session import engineer

block_db = 0x41
calls = [
    ["ListBlocks"],
    ["ListBlocksOfType", block_db],
    ["GetAgBlockInfo", block_db, 1],
    ["GetAgBlockInfo", block_db, 999],
    ["Upload", block_db, 1, 1024],
]
scene(engineer, calls)
