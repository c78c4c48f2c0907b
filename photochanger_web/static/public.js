// What pages for guests do when there are scripts. Each module looks for its own.
import "./public_time.js";
import "./public_gallery.js";
import "./public_result.js";
import "./retry.js";
