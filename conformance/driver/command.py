"""The command line."""

import argparse
import os
import ssl
import sys
from pathlib import Path

from . import coverage, prepare, results
from .chromium import Chromium
from .files import RESULTS, WORK, Complaint
from .hosho import Hosho
from .outside import Outside
from .plan import load, load_all
from .prepare import World
from .run import Pace, Runner, words
from .suite import Suite, SuiteError


def main(arguments):
    """Run a command. 0: all is well; 1: a result is unexpected; 2: it could not be tried."""
    options = parser().parse_args(arguments)
    try:
        return options.run(options)
    except (Complaint, SuiteError) as error:
        print(f"conformance/drive: {error}", file=sys.stderr)
        return 2


def parser():
    """What may be said."""
    top = argparse.ArgumentParser(prog="conformance/drive", description="The conformance suite against Hosho.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    shown = commands.add_parser("list", help="show the plans")
    shown.set_defaults(run=show)

    covered = commands.add_parser("modules", help="show which modules the repository's own tests cover")
    covered.add_argument("--update", action="store_true", help="add what the tests say of themselves (/// conformance:)")
    covered.set_defaults(run=modules)

    made = commands.add_parser("prepare", help="make keys, settings, clients, the account and filled plans")
    made.add_argument("plans", nargs="*", metavar="PLAN", help="only these plans; otherwise all")
    made.add_argument("--issuer", required=True, help="the https address under which the suite reaches Hosho")
    made.add_argument("--mtls-url", help="the address that asks for client certificates; needed for mutual TLS")
    made.add_argument("--suite", required=True, help="the suite's address, as it stands in redirect URIs")
    made.add_argument("--suite-ca", type=Path, help="who vouches for the suite's certificate, if not the test authority")
    made.add_argument("--alias", default="hosho", help="the suite's name for this set-up (default: hosho)")
    made.add_argument("--settings-only", action="store_true", help="stop after certificates and settings")
    common(made)
    made.set_defaults(run=make)

    ran = commands.add_parser("run", help="run plans against a running suite")
    ran.add_argument("plans", nargs="+", metavar="PLAN", help="their names, or: all")
    ran.add_argument("--api", help="where the suite's API answers, if not at its own address")
    ran.add_argument("--token", default=os.environ.get("CONFORMANCE_TOKEN"), help="API token (or CONFORMANCE_TOKEN)")
    ran.add_argument("--ca", type=Path, help="who vouches for the suite (default: as in prepare)")
    ran.add_argument("--insecure", action="store_true", help="do not check the suite's certificate")
    ran.add_argument("--browser", choices=("suite", "chromium"), help="whose browser walks; otherwise as the plan says")
    ran.add_argument("--chromium", help="the Chromium program")
    ran.add_argument("--module", action="append", default=[], metavar="PATTERN", help="only these modules (a*b)")
    ran.add_argument("--limit", type=float, default=300, help="seconds a module may take (default: 300)")
    ran.add_argument("--poll", type=float, default=1, help="seconds between two looks (default: 1)")
    ran.add_argument("--grace", type=float, default=15, help="seconds of waiting before a placeholder is sent")
    ran.add_argument("--results", type=Path, default=RESULTS, help="where tables go (default: conformance/results)")
    common(ran)
    ran.set_defaults(run=run)
    return top


def common(command):
    """What `prepare` and `run` share."""
    command.add_argument("--work", type=Path, default=WORK, help="the work folder (default: conformance/.work)")
    command.add_argument("--hosho", default="hosho", help="the hosho program")
    command.add_argument("--config", type=Path, help="its settings (default: hosho.toml in the work folder)")


def show(_):
    """`list`"""
    for plan in load_all():
        print(f"{plan.name:<28} {plan.about}")
        for variant in plan.variants:
            print(f"{'':<28}   {words(variant) or 'no variant'}")
    return 0


def modules(options):
    """`modules`"""
    kept = coverage.load()
    if options.update:
        for name in coverage.update(kept, coverage.written()):
            print(f"no plan has a module {name}, which a test names", file=sys.stderr)
        coverage.save(kept)
    lists = [(plan, module, tests) for plan, listed in kept.items() for module, tests in listed.items()]
    for plan, module, tests in lists:
        if not tests:
            print(f"{plan}: {module}")
    print(f"{sum(bool(tests) for *_, tests in lists)} of {len(lists)} modules are covered by a test of the repository")
    return 0


def program(options):
    """The `hosho` program with its settings."""
    return Hosho(options.hosho, options.config or options.work / "hosho.toml")


def make(options):
    """`prepare`"""
    plans = [load(name) for name in options.plans] or load_all()
    world = World(options.work, options.issuer, options.mtls_url or options.issuer, options.suite, options.alias)
    if not all(address.startswith("https://") for address in (world.issuer, world.mtls, world.suite)):
        raise Complaint("the suite speaks https only: the addresses must begin with https://")
    prepare.make_certificates(world, options.suite_ca)
    settings = prepare.write_settings(world)
    world.save()
    if options.settings_only:
        print(f"certificates and settings are in {world.work}; start Hosho with --config {settings}")
        return 0
    hosho = program(options)
    account = prepare.make_account(world, hosho)
    clients = prepare.register(world, hosho, plans)
    prepare.write_plans(world, plans, account)
    print(f"{len(clients)} clients and {len(plans)} plans are ready in {world.work}")
    return 0


def run(options):
    """`run`"""
    names = [plan.name for plan in load_all()] if options.plans == ["all"] else options.plans
    plans = [load(name) for name in names]
    world = World.load(options.work)
    configurations = {plan.name: prepare.prepared(world, plan) for plan in plans}
    trusted = world.work / "tls" / "trusted.crt"
    suite = Suite(options.api or world.suite, options.token, trust(options.ca or trusted, options.insecure))
    started = []

    def chromium():
        if not started:
            started.append(Chromium(options.chromium))
        return started[0]

    outside = Outside(suite, world, program(options), trust(trusted, False), chromium, options.grace)
    pace = Pace(limit=options.limit, poll=options.poll)
    runner = Runner(suite, outside, pace, browser=options.browser, only=options.module)
    surprises = 0
    try:
        for plan in plans:
            try:
                runs = [runner.run(plan, configurations[plan.name], variant) for variant in plan.variants]
            except SuiteError as error:
                # The others may still be worth a try.
                print(f"{plan.name}: {error}\n", file=sys.stderr)
                surprises += 1
                continue
            table = results.write(options.results, plan, runs, suite.base)
            bad = results.unexpected(runs)
            surprises += len(bad)
            print(f"{plan.name}: {results.summary(runs)}, {len(bad)} unexpected; {table}\n")
    finally:
        for browser in started:
            browser.close()
    return 1 if surprises else 0


def trust(authority, insecure):
    """Whose certificates are believed."""
    context = ssl.create_default_context()
    if insecure:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    else:
        try:
            context.load_verify_locations(authority)
        except (OSError, ssl.SSLError) as error:
            raise Complaint(f"{authority} holds no certificate: {error}") from error
    return context
