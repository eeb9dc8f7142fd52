(function(){"use strict";
var nav=document.querySelector(".muc-luc details");
if(nav&&window.matchMedia("(max-width:56rem)").matches){nav.open=false;}
})();
