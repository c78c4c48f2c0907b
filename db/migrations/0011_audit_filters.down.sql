DROP INDEX audit_about_slot;
DROP INDEX audit_by_actor;
