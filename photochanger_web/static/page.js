// What every page does when there are scripts. Each module looks for its own attributes.
import "./clock.js";
import "./confirm.js";
import "./connection.js";
import "./copy.js";
import "./countdown.js";
import "./done.js";
import "./live.js";
import "./moments.js";
import "./provider.js";
import "./reveal.js";
import "./session.js";
import "./slider.js";
import "./submit.js";
