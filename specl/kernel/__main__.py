"""python -m specl.kernel claim.json certificate.json: the claim in words and the verdict; exit status 0, 1, 2."""

import sys
from pathlib import Path

from specl.kernel import Verdict, check
from specl.kernel.reading import TEXT, Malformed, read_text


def main(arguments: list[str]) -> int:
    path = "the command line"
    try:
        documents = []
        for path in arguments:
            with Path(path).open("rb") as file:
                documents.append(read_text(file.read(TEXT + 1)))
        claim, certificate = documents
        verdict = check(claim, certificate)
    except (OSError, ValueError) as error:
        verdict = Verdict("MALFORMED", f"two readable files are expected ({type(error).__name__})", ascii(path))
    except Malformed as error:
        verdict = Verdict("MALFORMED", error.args[0], ascii(path))
    last = f"{verdict.status} {verdict.reason}" + f" (at {verdict.where})" * bool(verdict.where)
    sys.stdout.buffer.write(f"{verdict.words}\n{last.strip()}\n".lstrip().encode())
    return ["ACCEPT", "REJECT", "MALFORMED"].index(verdict.status)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
