"""Claims: what is refuted, in the plain records of docs/certificate-format.md."""
