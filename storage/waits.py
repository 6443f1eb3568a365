"""How often each delivery was put off because its platform did not take it then."""

import sqlalchemy as sa

from storage.tables import outbox


def put_off(connection: sa.Connection, key: str) -> int:
    """How often the delivery of this key was put off before; this time counts from now on."""
    counted = connection.execute(
        outbox.update()
        .where(outbox.c.key == key)
        .values(put_off=outbox.c.put_off + 1)
        .returning(outbox.c.put_off)
    ).scalar()
    # A row that is gone, with its community, is waited for by nobody.
    return int(counted) - 1 if counted else 0
