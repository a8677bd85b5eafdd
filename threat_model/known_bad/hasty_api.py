"""An API that counts work as done as soon as it has been fetched."""

from api.handlers import mailbox

_pull_work = mailbox.pull_work


async def hand_out_once(desk, trustee, request):
    """`mailbox.pull_work` that keeps nothing of what it is about to hand out."""
    found = await _pull_work(desk, trustee, request)
    async with desk.transaction() as records:
        items = [item.item for item in found.items]
        await records.queue.acknowledge(trustee, items)
    return found


#: In place of a guard, by its name.
HASTY = {"work stays until it is done": hand_out_once}
