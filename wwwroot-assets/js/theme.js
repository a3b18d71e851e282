// The choice between light, dark and the system's own is a cookie, so that the server writes it into the first paint.
const order = ["system", "light", "dark"];

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.button.addEventListener("click", () => this.choose(order[(order.indexOf(this.choice) + 1) % order.length]));
    this.hidden = false;
    this.show();
  }

  get choice() {
    return document.documentElement.dataset.theme ?? "system";
  }

  choose(theme) {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=${theme === "system" ? 0 : 31536000}; samesite=lax`;
    this.show();
  }

  show() {
    const next = order[(order.indexOf(this.choice) + 1) % order.length];
    this.dataset.choice = this.choice;
    const say = { system: "as the system", light: "light", dark: "dark" };
    this.button.title = `Colours: ${say[this.choice]}`;
    this.button.setAttribute("aria-label", `Colours: ${say[this.choice]}. Change to ${say[next]}.`);
  }
}

customElements.define("theme-switch", ThemeSwitch);
