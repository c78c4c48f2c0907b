// The gallery, and the page of a picture. Each module looks for its own attributes.
import "./code_dialog.js";
import "./delete_picture.js";
import "./previews.js";
import "./time_left.js";
