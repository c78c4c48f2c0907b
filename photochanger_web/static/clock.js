// Tells the server how far ahead of UTC this clock is, so that it can write times as people read them.
const minutes = -new Date().getTimezoneOffset();
document.cookie = `utc_offset=${minutes}; path=/; max-age=31536000; samesite=strict`;
