// The page of a slot.
import "./counts.js";
import "./unsaved.js";
