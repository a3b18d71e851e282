// Suggestions under the box while one types. A key that the open list does not use goes on to the page; without this script the form works alone.
const typingPause = 120;
const shortest = 2;
const kinds = { speaker: "speaker", title: "recording" };

class SearchBox extends HTMLElement {
  connectedCallback() {
    this.box = this.querySelector("#q");
    this.list = this.querySelector("[role=listbox]");
    for (const [name, value] of Object.entries({ role: "combobox", "aria-controls": this.list.id, "aria-expanded": "false", "aria-autocomplete": "list" })) this.box.setAttribute(name, value);
    this.box.addEventListener("input", event => { if (!event.isComposing) this.typed(); });
    this.box.addEventListener("compositionend", () => this.typed());
    this.box.addEventListener("keydown", event => this.pressed(event));
    this.box.addEventListener("blur", () => this.close());
    this.box.form.addEventListener("submit", () => this.close());
    this.list.addEventListener("mousedown", event => event.preventDefault()); // the box keeps the focus
    this.list.addEventListener("click", event => { const option = event.target.closest("[role=option]"); if (option) this.choose(option); });
  }

  typed() {
    this.stop();
    this.mark(null);
    if (this.box.value.trim().length < shortest) this.close();
    else this.timer = setTimeout(() => this.suggest(), typingPause);
  }

  async suggest() {
    const abort = this.abort = new AbortController();
    const asked = this.box.value;
    try {
      const answer = await fetch(`/api/suggestions?take=8&q=${encodeURIComponent(asked.slice(0, 200))}`, { signal: abort.signal });
      const items = answer.ok ? (await answer.json()).items.filter(item => item.text !== asked.trim()) : [];
      if (!abort.signal.aborted) this.show(items, asked);
    } catch {
      if (!abort.signal.aborted) this.close(); // suggestions are a courtesy, and those of an earlier text are none
    }
  }

  show(items, asked) {
    if (items.length === 0) { this.close(); return; }
    this.mark(null);
    this.list.replaceChildren(...items.map((item, at) => this.option(item, at, asked)));
    this.list.hidden = false;
    this.box.setAttribute("aria-expanded", "true");
  }

  option({ text, kind }, at, asked) {
    const option = document.createElement("li");
    option.id = `suggestion-${at}`;
    option.dataset.text = text;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const shown = option.appendChild(document.createElement("span"));
    const typed = text.toLowerCase().startsWith(asked.toLowerCase()) ? asked.length : 0;
    shown.append(text.slice(0, typed), Object.assign(document.createElement("b"), { textContent: text.slice(typed) }));
    if (kinds[kind]) option.append(Object.assign(document.createElement("small"), { textContent: kinds[kind] }));
    return option;
  }

  close() {
    this.stop();
    this.mark(null);
    this.list.hidden = true;
    this.box.setAttribute("aria-expanded", "false");
  }

  stop() {
    clearTimeout(this.timer);
    this.abort?.abort();
  }

  mark(option) {
    this.marked?.setAttribute("aria-selected", "false");
    this.marked = option;
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.box.setAttribute("aria-activedescendant", option.id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  /** Round through the options and the box itself, which is where one types on. */
  step(by) {
    const stops = [null, ...this.list.children];
    this.mark(stops[(stops.indexOf(this.marked ?? null) + by + stops.length) % stops.length]);
  }

  choose(option) {
    this.box.value = option.dataset.text;
    this.box.form.requestSubmit();
  }

  pressed(event) {
    if (this.list.hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    switch (event.key) {
      case "ArrowDown": this.step(1); break;
      case "ArrowUp": this.step(-1); break;
      case "Escape": this.close(); break;
      case "Enter": if (!this.marked) return; this.choose(this.marked); break;
      default: return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

customElements.define("search-box", SearchBox);
