"""The peer of benchmarks/repoll.py: `reader`, a feed reader library of others, as its guide has it.

python benchmarks/peer.py FEEDS.json STATE      ask all, having subscribed to them the first time
"""

import json
import sys
from pathlib import Path

THREADS = 32


def main(feeds: list[str], state: str) -> None:
    """Ask the feeds, with their validators from the second time on."""
    from reader import make_reader

    with make_reader(state) as reader:
        if reader.get_feed_counts().total == 0:
            for feed in feeds:
                reader.add_feed(feed)
        # All of them, as `veille run --all`, though asked a moment ago.
        told = [one.value for one in reader.update_feeds_iter(workers=THREADS, scheduled=False)]
    failed = [one for one in told if isinstance(one, Exception)]
    assert not failed, failed[0]
    print(json.dumps({"asked": len(told), "unchanged": sum(one is None for one in told)}))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2])
