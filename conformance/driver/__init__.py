"""The driver: prepares Hosho for the conformance suite, runs plans through the suite's API, and keeps the results.

| module | what |
|---|---|
| `command` | the command line |
| `files` | where things are, JSON in and out |
| `fill` | `${placeholders}` in plans, clients and settings |
| `plan` | a plan's file, and the browser scripts that plans share |
| `keys` | keys, key sets and certificates, made by `openssl` |
| `hosho` | the `hosho` commands that are needed |
| `prepare` | everything before the first run |
| `suite` | the suite's API |
| `run` | one plan: its modules, their states and time limits |
| `outside` | what a module needs from outside: rotated keys, an approval, a picture |
| `script` | browser commands, as the suite's own browser understands them |
| `chromium` | a real browser for what the suite's own cannot do |
| `picture` | the placeholder where the suite asks for a picture |
| `results` | the verdict, and the table that is kept |
| `coverage` | which of the repository's own tests stand for which module |
"""
