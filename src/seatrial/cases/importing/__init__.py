"""Cases out of other tools' files: one module a format, each of which names what it could not bring along."""
