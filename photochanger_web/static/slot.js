// The page of a slot. Each module looks for its own attributes.
import "./counts.js";
import "./redraw.js";
import "./rows.js";
import "./templates.js";
import "./test_run.js";
import "./unsaved.js";
