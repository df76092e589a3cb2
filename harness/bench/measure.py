"""Measures the program from outside, against `oauthentic mock` in another process. Called by scripts/bench."""

import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

import replay

CONNECTIONS = 8
ROUNDS = 1000  # the most that a scenario may ask for


def say(text):
    print(text, file=sys.stderr, flush=True)


class Mock:
    """The mock provider, from entering to leaving; its ports are the system's choice."""

    def __init__(self, program, folder):
        self.command = [program, "mock", "--target-out", str(folder / "target.yaml")]
        self.target = folder / "target.yaml"

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if line.startswith("authorization server"):
                self.issuer = line.split()[-1]
            if line.startswith("Ctrl-C"):  # it serves, and the target file is written
                return self
        raise SystemExit("the mock provider does not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate()


class Program:
    def __init__(self, path, out):
        self.path, self.out = path, out

    def timed(self, arguments, accepted=(0, 1, 4), log="log.txt"):
        """Seconds, and peak resident memory in MiB. Verdicts (1, 4) are no failure here: this is about time."""
        # By time(1), since a child of ours would begin with the memory of this process as its peak.
        command = ["/usr/bin/time", "-f", "%M", "-o", str(self.out / "rss.txt"), self.path, *map(str, arguments)]
        started = time.monotonic()
        with open(self.out / log, "w", encoding="utf-8") as output:
            status = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT).returncode
        spent = time.monotonic() - started
        if status not in accepted:
            raise SystemExit(f"{' '.join(command)}\nended with {status}: {self.out / log}")
        return spent, int((self.out / "rss.txt").read_text().split()[-1]) / 1024

    def run(self, mock, *options):
        """A run into a fresh folder; returns its journal, and what `timed` does."""
        folder = self.out / "run"
        shutil.rmtree(folder, ignore_errors=True)
        options = ["--target", mock.target, "--out", folder, "--jobs", CONNECTIONS, "--quiet", *options]
        return folder / "journal.ndjson", *self.timed(["run", *options])


def exchanges_and_seconds(journal):
    """From the first request's start to the last answer: without start-up and reports, with checks and journal."""
    count, first, last = 0, float("inf"), 0.0
    for exchange in replay.events(journal, "exchange"):
        count += 1
        first = min(first, exchange["started"] / 1e3)
        last = max(last, exchange["started"] / 1e3 + exchange["microseconds"] / 1e6)
    if count == 0:
        raise SystemExit(f"{journal} holds no exchange")
    return count, last - first


def write_scenarios(folder, count, rounds):
    """`count` scenarios that each run `rounds` times, two or more exchanges a round."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["topic: load", "scenarios:"]
    for number in range(count):
        lines += [
            f"- id: again-{number}",
            "  title: A code is not redeemed by another client, again and again",
            "  proves: rfc6749-4.1.3-code-bound-to-client",
            "  flow: authorization_code",
            f"  rounds: {rounds}",
            "  deviate: { redeem: { client: other } }",
            "  expect: { redeem: refused }",
        ]
    (folder / "load.yaml").write_text("\n".join(lines) + "\n")
    return "--scripts", folder, "--only", "load/*"


def wrk(mock, lua, seconds):
    """Requests per second, and the share that was no success."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(lua), mock.issuer]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    broken = re.search(r"Socket errors: (.*)", told)
    if broken:
        say(f"wrk: {broken[1]}")
    total = int(re.search(r"(\d+) requests in", told)[1])
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    return float(re.search(r"Requests/sec: *([\d.]+)", told)[1]), int(refused[1]) / total if refused else 0.0


def compare(program, mock, name, options, runs, rounds, seconds):
    """Ours and wrk in turn, `rounds` times. Each turn of ours is `runs` runs in a row. Returns rows of the table."""
    ours, theirs, refused = [], [], []
    for turn in range(rounds):
        count, spent = 0, 0.0
        for _ in range(runs):
            journal, _, _ = program.run(mock, *options)
            more = exchanges_and_seconds(journal)
            count, spent = count + more[0], spent + more[1]
        ours.append(count / spent)
        taken, seen = replay.write_lua(journal, mock.target, mock.issuer, program.out / "replay.lua")
        rate, share = wrk(mock, program.out / "replay.lua", seconds)
        theirs.append(rate)
        refused.append(share)
        say(f"{name}, turn {turn + 1} of {rounds}: {ours[-1]:,.0f} and {rate:,.0f} requests/s, ratio {ours[-1] / rate:.2f}")
    ratio = statistics.median(a / b for a, b in zip(ours, theirs))
    note = f"wrk replays {taken} of {seen} requests; {statistics.median(refused):.0%} of its answers are refusals"
    return [
        (f"{name}: requests/s", f"{statistics.median(ours):,.0f}"),
        (f"{name}: requests/s of wrk", f"{statistics.median(theirs):,.0f} ({note})"),
        (f"{name}: ratio", f"**{ratio:.2f}** (from {min(ours) / max(theirs):.2f} to {max(ours) / min(theirs):.2f})"),
    ]


def scenario_times(program, mock, rounds):
    each, whole = [], []
    for _ in range(rounds):
        journal, wall, _ = program.run(mock)
        whole.append(wall)
        each += [run["milliseconds"] for run in replay.events(journal, "scenario") if run["exchanges"]]
    return [
        ("time per scenario", f"{statistics.median(each)} ms (mean {statistics.mean(each):.1f} ms, {CONNECTIONS} at once)"),
        ("whole run with reports", f"{statistics.median(whole):.2f} s ({len(each) // rounds} scenarios and rows)"),
    ]


def memory(program, mock, smoke):
    """Peak resident memory of a run ten times as long as another."""
    rows, peaks, counts = [], [], []
    for scenarios in (1, 10) if smoke else (5, 50):
        options = write_scenarios(program.out / f"load-{scenarios}", scenarios, 100 if smoke else ROUNDS)
        journal, _, peak = program.run(mock, *options)
        count, _ = exchanges_and_seconds(journal)
        size = journal.stat().st_size / 2**20
        rows.append((f"peak memory, {count:,} exchanges", f"{peak:.1f} MiB (journal {size:.1f} MiB)"))
        peaks.append(peak)
        counts.append(count)
    growth = (peaks[1] - peaks[0]) * 2**20 / (counts[1] - counts[0])
    return [*rows, ("growth per exchange", f"{growth:.0f} octets")]


def micro_rows(path):
    results = json.loads(pathlib.Path(path).read_text())["benchmarks"]
    return [(one["name"], f"{one['real_time']:,.1f} {one['time_unit']}") for one in results]


def print_table(title, rows):
    print(f"\n| {title} | |\n|---|---|")
    for what, value in rows:
        print(f"| {what} | {value} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--micro", required=True)
    parser.add_argument("--smoke", action="store_true")
    options = parser.parse_args()
    smoke = options.smoke
    program = Program(os.path.abspath(options.program), options.out.resolve())
    turns, seconds = (1, 1) if smoke else (5, 3)
    load = [str(load) for load in os.getloadavg()]

    with Mock(program.path, program.out) as mock:
        program.run(mock)  # the mock makes its keys when they are first asked for
        rows = compare(program, mock, "catalogue", [], 1 if smoke else 5, turns, seconds)
        steady = write_scenarios(program.out / "load-steady", CONNECTIONS, 20 if smoke else ROUNDS)
        rows += compare(program, mock, "repetition", steady, 1, turns, seconds)
        say("time per scenario")
        rows += scenario_times(program, mock, turns)
        say("memory")
        rows += memory(program, mock, smoke)
    say("selftest")
    wall, peak = program.timed(["selftest", *(["--fault", "verifier-*"] if smoke else [])])
    rows.append(("selftest" + (" of some faults" if smoke else ""), f"{wall:.1f} s, peak memory {peak:.1f} MiB"))

    print_table("measured", rows)
    print_table("micro benchmark", micro_rows(options.micro))
    print(f"\n{os.cpu_count()} processors; load average at the start {', '.join(load)}. Medians of {turns}.")
    print("`catalogue`: runs of all scenarios; `repetition`: one scenario again and again. wrk sends the same requests over as")
    print("many connections, but what it replays is spent: the server refuses more and signs less than in a run.")


if __name__ == "__main__":
    main()
