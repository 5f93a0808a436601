/* Behaviour on top of pages that work without it. Loaded before htmx. No inline code, no eval: the CSP is strict. */
(() => {
  "use strict";
  const $ = id => document.getElementById(id);
  const on = (name, run, capture) => document.addEventListener(name, run, capture);

  // Messages. One that came by a swap stays in sight for ten seconds.
  let unstick;
  const showFlash = () => {
    $("flash").classList.add("stuck");
    clearTimeout(unstick);
    unstick = setTimeout(() => $("flash").classList.remove("stuck"), 10000);
  };
  const say = (text, kind = "bad") => {
    const note = document.createElement("p");
    note.className = `notice ${kind}`;
    note.textContent = text;
    $("flash").replaceChildren(note);
    showFlash();
  };
  on("DOMContentLoaded", () => {
    const flash = $("flash"), errors = document.querySelector(".errors");
    if (flash.firstElementChild) setTimeout(() => flash.replaceChildren(...flash.children), 150);   // so that it is read aloud
    if (errors) errors.focus();
  });

  // Focus after a swap: the error summary, else wherever it still is, else the heading of the new part. Polling never moves it.
  on("htmx:after:swap", e => {
    const {ctx} = e.detail, {target} = ctx;      // HX-Retarget leaves a selector here
    const part = typeof target === "string" ? document.querySelector(target) : target.id && $(target.id) || target;
    if (!part) return;
    if (part.id === "flash" || /id="flash"/.test(ctx.text)) showFlash();
    if (!ctx.sourceEvent || !/^(click|submit|change|input|key)/.test(ctx.sourceEvent.type)) return;
    const errors = part.querySelector(".errors"), active = document.activeElement;
    if (!errors && active && active !== document.body) return;
    const goal = errors || part.querySelector("[autofocus], h1, h2, h3") || part;
    if (!goal.hasAttribute("tabindex")) goal.tabIndex = -1;
    goal.focus({preventScroll: !errors});
  });
  on("htmx:before:request", ({detail: {ctx}}) => {
    if (ctx.target.id === "flash") return;
    ctx.part = ctx.target;
    ctx.part.setAttribute("aria-busy", "true");
  });
  on("htmx:finally:request", ({detail: {ctx}}) => { if (ctx.part) ctx.part.removeAttribute("aria-busy"); });

  // htmx cancels clicks that should open a new tab: keep them from it.
  on("click", e => {
    if ((e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) && e.target.closest("a[href]")) e.stopPropagation();
  }, true);

  // The bell asks again in a minute: nobody did anything, and nothing is said.
  const byItself = ctx => ctx.sourceElement.id === "bell";

  // A file is never swapped into the page, nor the error page of a server in front of ours: that is said in the page's words.
  on("htmx:before:response", e => {
    const {response, request} = e.detail.ctx, type = response.headers.get("Content-Type") || "text/html";
    const ours = response.status < 400 || response.headers.get("X-Request-Id");
    if (ours && (response.status === 204 || /^text\/(html|event-stream)/.test(type))) return;
    e.preventDefault();
    if (byItself(e.detail.ctx)) return;
    if (response.status >= 400) say($("flash").dataset.failed);
    else if (request.method === "GET") location.assign(request.action);
  });
  on("htmx:error", e => { if (e.detail.ctx && !byItself(e.detail.ctx)) say($("flash").dataset.offline); });

  // Uploads: fetch cannot tell how far it is, XMLHttpRequest can.
  const fetchWithProgress = bar => (url, {method, headers, body, signal}) => new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open(method, url);
    for (const name in headers) xhr.setRequestHeader(name, headers[name]);
    xhr.upload.onprogress = e => { bar.hidden = false; if (e.lengthComputable) bar.value = 100 * e.loaded / e.total; };
    xhr.onerror = () => reject(new TypeError("network"));
    xhr.onabort = () => reject(new DOMException("aborted", "AbortError"));
    xhr.onloadend = () => { bar.hidden = true; };
    xhr.onload = () => {
      const head = xhr.getAllResponseHeaders().trim().split("\r\n").map(line => line.split(/: (.*)/, 2));
      const answer = new Response(xhr.responseText || null, {status: xhr.status, headers: head});
      resolve(Object.defineProperty(answer, "url", {value: xhr.responseURL}));
    };
    if (signal) signal.addEventListener("abort", () => xhr.abort());
    xhr.send(body);
  });
  on("htmx:before:request", e => {
    const {ctx} = e.detail, form = ctx.sourceElement.closest("form[data-upload]"), bar = form && form.querySelector("progress");
    if (bar) ctx.fetch = fetchWithProgress(bar);
  });

  // What the server would refuse is said before it has travelled.
  on("change", ({target}) => {
    const {files, dataset: {largest, tooLarge, most, tooMany}} = target;
    if (!files || !largest) return;
    const large = [...files].find(file => file.size > largest);
    target.setCustomValidity(files.length > most ? tooMany : large ? `${large.name}: ${tooLarge}` : "");
    target.reportValidity();
  });

  // Vietnamese input: no search while a syllable is being composed, except after a pause (phones compose whole words).
  let pause;
  const typed = field => field.dispatchEvent(new Event("input", {bubbles: true}));
  on("input", e => {
    clearTimeout(pause);
    if (!e.isComposing) return;
    e.stopPropagation();
    pause = setTimeout(typed, 700, e.target);
  }, true);
  on("compositionend", e => { clearTimeout(pause); typed(e.target); }, true);

  // Keys and menus.
  const closeMenus = keep => document.querySelectorAll("details.menu[open]").forEach(menu => { if (menu !== keep) menu.open = false; });
  on("click", e => closeMenus(e.target.closest("details.menu")));
  on("keydown", e => {
    const box = $("site-search"), held = e.ctrlKey || e.metaKey || e.altKey, typing = e.target.closest("input, textarea, select");
    if (box && (e.key === "k" && (e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey || e.key === "/" && !held && !typing)) {
      e.preventDefault();
      box.focus();
      box.select();
    }
    if (e.key !== "Escape") return;
    const menu = document.activeElement.closest("details.menu[open]");
    closeMenus();
    if (menu) menu.querySelector("summary").focus();
  });

  // The list has followed every key by then: made anew when the box is left, it would lose what was just ticked.
  on("change", e => { if (e.target.type === "search") e.stopPropagation(); }, true);

  // "All that match" ticks the rows in sight, too; one row less, and it is no longer all.
  on("change", ({target: {form, type, name, checked}}) => {
    if (!form || form.id !== "bulk" || type !== "checkbox") return;
    const tick = all => [...form.elements].forEach(box => { if (box.type === type && (box.name === "all") === all) box.checked = checked; });
    if (name === "all") tick(false);
    else if (!checked) tick(true);
  });

  // The search box: results stand under it while somebody types. The keys move among them, the focus stays in the box.
  const inBox = e => e.target.id === "site-search";
  const options = () => [...$("site-found").querySelectorAll("[role=option]")];
  const choose = option => {
    const box = $("site-search");
    options().forEach(each => each.setAttribute("aria-selected", each === option));
    box.removeAttribute("aria-activedescendant");
    if (!option) return;
    box.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({block: "nearest"});
  };
  const showFound = yes => {
    const found = $("site-found");
    found.hidden = !yes || !found.firstElementChild;
    $("site-search").setAttribute("aria-expanded", !found.hidden && options().length > 0);
    if (found.hidden) choose();
  };
  on("htmx:after:swap", ({detail: {ctx}}) => { if (ctx.target.id === "site-found") showFound(document.activeElement === $("site-search")); });
  on("focusin", e => { if (inBox(e)) showFound(e.target.value); });
  on("focusout", e => { if (inBox(e)) showFound(false); });
  on("input", e => { if (inBox(e)) choose(); });
  // What was typed before htmx had arrived would wait for the next letter.
  addEventListener("load", () => setTimeout(() => {
    const box = $("site-search");
    if (box && box === document.activeElement && box.value !== box.defaultValue) box.dispatchEvent(new Event("typed"));
  }));
  on("mousedown", e => { if (e.target.closest("#site-found")) e.preventDefault(); });
  on("keydown", e => {
    if (!inBox(e) || e.isComposing) return;
    const all = options(), place = all.findIndex(option => option.getAttribute("aria-selected") === "true");
    const step = {ArrowDown: 1, ArrowUp: -1}[e.key];
    if (step && all.length) {
      showFound(true);
      choose(all[place + step < -1 ? all.length - 1 : place + step]);
    } else if (e.key === "Enter" && place >= 0) all[place].click();
    else if (e.key === "Escape" && !$("site-found").hidden) showFound(false);
    else return;
    e.preventDefault();
  });

  // What stands in a box can be copied, and a page printed: both buttons need a script, so the script brings them.
  const copy = field => {
    field.select();
    return navigator.clipboard ? navigator.clipboard.writeText(field.value) : document.execCommand("copy");
  };
  on("DOMContentLoaded", () => {
    document.querySelectorAll("[data-copy]").forEach(box => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn";
      button.textContent = box.dataset.copy;
      button.addEventListener("click", async () => {
        await copy(box.querySelector("input, textarea"));
        say(box.dataset.copied, "good");
      });
      box.append(button);
    });
    document.querySelectorAll("[data-print]").forEach(button => {
      button.hidden = false;
      button.addEventListener("click", () => print());
    });
  });

  // A typed password can be looked at.
  on("DOMContentLoaded", () => document.querySelectorAll(".password").forEach(box => {
    const field = box.querySelector("input"), button = document.createElement("button");
    const show = yes => { field.type = yes ? "text" : "password"; button.textContent = yes ? box.dataset.hide : box.dataset.show; };
    button.type = "button";
    button.addEventListener("click", () => show(field.type === "password"));
    show(false);
    box.append(button);
  }));
})();
