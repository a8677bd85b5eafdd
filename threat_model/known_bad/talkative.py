"""A database engine and a server that say what they were given when they fail."""

from sqlalchemy.ext.asyncio import create_async_engine

#: The same server, with logs as its libraries would have them and a bare exception.
SERVER = """
import logging, runpy, sys
import escrow.operation.structured_logs as logs
def loud(*_, **__):
    logging.basicConfig(level=logging.DEBUG, force=True)
logs.set_up_logs = loud
import api.problems
def fail(request, error):
    logging.getLogger("api").error("failed %s", request.headers, exc_info=error)
    return old(request, error)
old, api.problems.fail = api.problems.fail, fail
sys.argv = ["api", *sys.argv[1:]]
runpy.run_module("api", run_name="__main__")
"""


def engine_with_parameters(url, **options):
    """`create_async_engine` as it comes: errors quote the parameters."""
    return create_async_engine(url, **(options | {"hide_parameters": False}))
