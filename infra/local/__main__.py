"""python -m infra.local run | reset | mail | logs"""

import argparse
import shutil
import sys

from infra.local import checks, logs, mail, run
from infra.local import options as settings
from infra.local.cloud import LocalCloudError
from infra.local.options import Options


def reset(options: Options) -> int:
    """Forget the state of a stopped local cloud."""
    with checks.run_lock(options.state_dir):
        shutil.rmtree(options.state_dir)
    print(f"{options.state_dir} is forgotten")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description="The local cloud.")
    parser.add_argument("command", choices=("run", "reset", "mail", "logs"))
    parser.add_argument("--end-with-parent", action="store_true", help="stop when the starting process ends (run)")
    parser.add_argument("--cold", action="store_true", help="be ready sooner, with functions that are not warmed (run)")
    settings.add_arguments(parser)
    arguments = parser.parse_args()
    options = settings.read(arguments)
    if arguments.command == "run":
        return run.run(options, end_with_parent=arguments.end_with_parent, cold=arguments.cold)
    others = {"reset": reset, "mail": mail.show, "logs": logs.follow}
    try:
        return others[arguments.command](options)
    except (LocalCloudError, OSError) as error:
        print(f"make {arguments.command}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
