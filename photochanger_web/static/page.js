// What every page does when there are scripts. Each module looks for its own attributes.
import "./confirm.js";
import "./copy.js";
import "./countdown.js";
import "./reveal.js";
import "./submit.js";
