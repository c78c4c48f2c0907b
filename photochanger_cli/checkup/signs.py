"""What can be seen on this machine, beside what the core sees."""

from __future__ import annotations

from enum import StrEnum


class LocalSign(StrEnum):
    """What was seen, as `Sign` of the core."""

    CONFIGURATION_OK = "configuration_ok"
    VARIABLE_WRONG = "variable_wrong"
    VARIABLE_UNKNOWN = "variable_unknown"
    VARIABLE_MISNAMED = "variable_misnamed"
    DATABASE_URL_WRONG = "database_url_wrong"
    OWN_DATABASE_NONE = "own_database_none"
    OWN_DATABASE_AWAY = "own_database_away"
    OTHER_USER = "other_user"
    SECRETS_OK = "secrets_ok"
    SECRETS_NONE = "secrets_none"
    SECRET_EXPOSED = "secret_exposed"  # noqa: S105 - a sign
    SECRET_FOREIGN = "secret_foreign"  # noqa: S105 - a sign
    SECRET_UNREADABLE = "secret_unreadable"  # noqa: S105 - a sign
    SECRET_ODD = "secret_odd"  # noqa: S105 - a sign
    SECRET_KEYS_BROKEN = "secret_keys_broken"  # noqa: S105 - a sign
    JWT_SECRET_BROKEN = "jwt_secret_broken"  # noqa: S105 - a sign
    FOLDER_OPEN = "folder_open"
    FIRST_PASSWORD = "first_password"  # noqa: S105 - a sign
    TIME_KEPT = "time_kept"
    TIME_NOT_KEPT = "time_not_kept"
    SERVER_OK = "server_ok"
    SERVER_AWAY = "server_away"
    SERVER_OTHER = "server_other"
    SERVER_FOREIGN = "server_foreign"
    SERVER_DEGRADED = "server_degraded"
    SERVER_FAILED = "server_failed"
    PUBLIC_OK = "public_ok"
    PUBLIC_UNSET = "public_unset"
    PUBLIC_AWAY = "public_away"
    PUBLIC_OTHER = "public_other"
    PUBLIC_UNPROVEN = "public_unproven"
    NOT_EXAMINED = "not_examined"
