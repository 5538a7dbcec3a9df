"""The sample web: a small invented web, served on loopback, for the demo and the tests.

Every organisation, person and text in it is made up. Content lives in `sites/*.yaml`; the traps
of real life (encodings, dead hosts, redirects, prose dates...) are declared there as data.
"""

from veille.sampleweb.content import Article, Labels, Site, Web, load_web
from veille.sampleweb.render import Response, respond
from veille.sampleweb.server import SampleServer

__all__ = ["Article", "Labels", "Response", "SampleServer", "Site", "Web", "load_web", "respond"]
