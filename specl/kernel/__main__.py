"""python -m specl.kernel claim.json certificate.json [work]: the claim in words, the verdict; exit status 0, 1, 2."""

import sys
from pathlib import Path

from specl.kernel import ACCEPT, MALFORMED, REJECT, Verdict, check
from specl.kernel.reading import TEXT, Malformed, read_text


def main(arguments: list[str]) -> int:
    path = "the command line"
    try:
        documents = []
        for path in arguments[:2]:
            with Path(path).open("rb") as file:
                documents.append(read_text(file.read(TEXT + 1)))
        claim, certificate = documents
        verdict = check(claim, certificate, *map(int, arguments[2:3]))
    except (OSError, ValueError, Malformed) as error:
        kind = f"two readable files are expected ({type(error).__name__})"
        verdict = Verdict(MALFORMED, error.args[0] if isinstance(error, Malformed) else kind, ascii(path))
    last = f"{verdict.status} {verdict.reason}" + f" (at {verdict.where})" * bool(verdict.where)
    sys.stdout.buffer.write(f"{verdict.words}\n{last.strip()}\n".lstrip().encode())
    return [ACCEPT, REJECT, MALFORMED].index(verdict.status)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
