"""Certificates made by openssl for captures, with dates around the time of all captures."""

import subprocess

from tools import lab

start, end = "20251201000000Z", "20351201000000Z"


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, env=lab.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def sign(files, name, signer, names, dates, is_authority=False):
    settings = files / f"{name}.cnf"
    extensions = ["basicConstraints=critical,CA:TRUE"] if is_authority else ["basicConstraints=CA:FALSE"]
    extensions += [f"subjectAltName={','.join(names)}"] if names else []
    settings.write_text(
        f"[ca]\ndefault_ca=own\n[own]\ndatabase={files}/{name}.index\nnew_certs_dir={files}\nserial={files}/{name}.serial\n"
        "default_md=sha256\npolicy=any\npreserve=yes\nunique_subject=no\n[any]\ncountryName=optional\norganizationName=optional\n"
        "organizationalUnitName=optional\ncommonName=supplied\n[ext]\n" + "\n".join(extensions) + "\n"
    )
    (files / f"{name}.index").write_text("")
    (files / f"{name}.serial").write_text("5C19B7B1323B1CA1\n" if not is_authority else "01\n")
    own = signer == name
    by = ["-selfsign", "-keyfile", files / f"{name}.key"] if own else ["-cert", files / f"{signer}.pem", "-keyfile", files / f"{signer}.key"]
    openssl("ca", "-batch", "-notext", "-config", settings, "-extensions", "ext", "-startdate", dates[0], "-enddate", dates[1],
            *by, "-in", files / f"{name}.csr", "-out", files / f"{name}.pem")


def request(files, name, subject, rsa=False):
    kind = ["-newkey", "rsa:2048"] if rsa else ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    openssl("req", "-new", "-nodes", *kind, "-keyout", files / f"{name}.key", "-subj", subject, "-out", files / f"{name}.csr")


def authority(files, name, subject):
    request(files, name, subject)
    sign(files, name, name, [], (start, end), is_authority=True)


def certificate(files, name, subject, signer, names, dates=(start, end), rsa=False):
    request(files, name, subject, rsa)
    sign(files, name, signer, names, dates)


def remove(files):
    for path in files.iterdir():
        path.unlink()
    files.rmdir()
