-- The record is looked through by who did something and by the slot it was about, also where that
-- was long ago, or never.
CREATE INDEX audit_by_actor ON audit (actor, id DESC);
CREATE INDEX audit_about_slot ON audit ((details ->> 'slot_id'), id DESC)
    WHERE (details ->> 'slot_id') IS NOT NULL;
