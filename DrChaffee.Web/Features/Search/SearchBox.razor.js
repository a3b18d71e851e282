// While the answer to a search is on its way: outlines of results where they will stand. "/" goes to the box.
class SearchForm extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    const box = form.querySelector("input[type=search]");
    form.addEventListener("submit", event => {
      if (box.value.trim() === "") {
        event.preventDefault();
        box.focus();
        return;
      }
      setTimeout(() => document.body.toggleAttribute("data-searching", true), 250); // a quick answer needs no outlines
    });
    document.addEventListener("keydown", event => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
      event.preventDefault();
      box.focus();
      box.select();
    });
  }
}

// Back from another page, out of the browser's memory: nothing is on its way.
addEventListener("pageshow", () => document.body.removeAttribute("data-searching"));

customElements.define("search-form", SearchForm);
