"""Pages of a device as a browser and scripts fetch them: redirects, forms, compressed and chunked bodies, a sign-in, an upload.

kind: R
stack: curl 7.88 and Python 3.11's http.server
expect: http.request => 13
expect: http.response => 14
expect: http.response.code == 100 => 1
expect: http.request.method == "HEAD" => 1
expect: http.authbasic => 1
expect: tcp.analysis.flags => 0
"""

import subprocess
import tempfile
from pathlib import Path

from tools import lab
from tools.lab import Lab, output
from tools.session import hmi, server

files = Path(tempfile.mkdtemp(dir=lab.work))
(files / "serve.py").write_text(
    '''
import gzip, http.server, time, zlib

page = b"<html><title>Pump station 7</title>" + b"<p>The pump runs.</p>" * 40 + b"</html>"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "PumpWeb/2.4", ""

    def date_time_string(self, timestamp=None):
        return "Sat, 28 Nov 2026 08:00:00 GMT"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            for at in range(0, len(body), 4_000):
                self.wfile.write(body[at : at + 4_000])
                time.sleep(0.02)

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/":
            self.answer(302, Location="/index.html", Set_Cookie="session=4711")
        elif path == "/index.html":
            self.answer(200, gzip.compress(page, mtime=0), Content_Type="text/html", Content_Encoding="gzip")
        elif path == "/pages//x/../deflate":
            self.answer(200, zlib.compress(page), Content_Type="text/html", Content_Encoding="deflate")
        elif path == "/trend":
            self.send_response(200)
            self.send_header("Content-Type", "text/csv")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for minute in range(5):
                line = b"08:%02d,%d\\r\\n" % (minute, 640 + minute)
                self.wfile.write(b"%x\\r\\n%s\\r\\n" % (len(line), line))
            self.wfile.write(b"0\\r\\n\\r\\n")
        elif path == "/old":
            self.close_connection = True
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b"up to the end")
        elif path == "/admin":
            signed = "Authorization" in self.headers
            self.answer(200 if signed else 401, b"settings" if signed else b"", WWW_Authenticate='Basic realm="pump"')
        elif path == "/firmware.bin":
            self.answer(200, b"MZ" + bytes(36_000), Content_Disposition='attachment; filename="update.exe"')
        else:
            self.answer(404, b"no such page", Content_Type="text/plain")

    do_HEAD = do_GET

    def do_POST(self):
        size = int(self.headers.get("Content-Length", 0))
        self.rfile.read(size)
        self.answer(201, b"taken", Content_Type="text/plain")

    do_PUT = do_POST


http.server.ThreadingHTTPServer(("", 80), Handler).serve_forever()
'''
)
(files / "set.bin").write_bytes(b"MZ" + bytes(range(64)))
(files / "large.bin").write_bytes(b"\x7fELF" + bytes(2_000))
at = f"http://{server.ip}"
curl = ["curl", "-s", "-o", "/dev/null"]
with Lab(server, hmi) as made:
    made.start(server, lab.python(files / "serve.py"), port=80)
    with made.capture(server) as capture:
        quiet = {"stdout": subprocess.DEVNULL}
        made.run(hmi, [*curl, "-L", "--compressed", "-H", "Host: Pump7.Plant.Example:80", f"{at}/"], **quiet)
        made.run(hmi, [*curl, "--path-as-is", f"{at}/trend?from=%30%38:00", f"{at}/pages//x/../deflate"], **quiet)
        made.run(hmi, [*curl, "--head", f"{at}/index.html", "--next", "-s", "-o", "/dev/null", f"{at}/nothing"], **quiet)
        made.run(hmi, [*curl, "--http1.0", f"{at}/old"], **quiet)
        made.run(hmi, [*curl, "-d", "setpoint=640&unit=rpm", "-e", f"{at}/index.html", "-A", "PumpTool/1.0", f"{at}/set"], **quiet)
        made.run(hmi, [*curl, "-F", "note=night shift", "-F", f"file=@{files}/set.bin;filename=set.exe", f"{at}/upload"], **quiet)
        made.run(hmi, [*curl, "-T", str(files / "large.bin"), "-H", "Expect: 100-continue", f"{at}/large.bin"], **quiet)
        made.run(hmi, [*curl, f"{at}/admin", "--next", "-s", "-o", "/dev/null", "-u", "operator:pump7", f"{at}/admin"], **quiet)
        made.run(hmi, [*curl, f"{at}/firmware.bin"], **quiet)
capture.save(output())
for path in files.iterdir():
    path.unlink()
files.rmdir()
