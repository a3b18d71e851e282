// Two kinds of player behind one face: time, onTime, seek, play, toggle, speed.

/** The audio or video element. */
export class MediaPlayer {
  constructor(element) {
    this.element = element;
  }

  get time() { return this.element.currentTime; }

  onTime(call) {
    for (const event of ["timeupdate", "seeked", "play"]) this.element.addEventListener(event, call);
  }

  seek(seconds) {
    if (this.element.readyState > 0) this.element.currentTime = seconds;
    else this.element.addEventListener("loadedmetadata", () => { this.element.currentTime = seconds; }, { once: true });
  }

  play() { this.element.play().catch(() => {}); }
  toggle() { if (this.element.paused) this.play(); else this.element.pause(); }
  set speed(rate) { this.element.playbackRate = rate; }
}

/** YouTube's frame, spoken to by messages; its script is not loaded, and nothing is before the reader asks for the video. */
export class YoutubePlayer {
  static host = "https://www.youtube-nocookie.com";

  constructor(element, at) {
    this.element = element;
    this.time = at ?? 0;
    this.playing = false;
    this.calls = [];
    element.querySelector("[data-act=load]").addEventListener("click", () => this.play());
    addEventListener("message", event => this.hear(event));
  }

  onTime(call) { this.calls.push(call); }

  hear(event) {
    if (event.origin !== YoutubePlayer.host || event.source !== this.frame?.contentWindow) return;
    const { info } = JSON.parse(event.data);
    if (typeof info?.playerState === "number") this.playing = info.playerState === 1;
    if (typeof info?.currentTime !== "number") return;
    this.time = info.currentTime;
    for (const call of this.calls) call();
  }

  load() {
    this.frame = document.createElement("iframe");
    this.frame.src = `${YoutubePlayer.host}/embed/${this.element.dataset.video}?enablejsapi=1&autoplay=1&rel=0&playsinline=1&start=${Math.floor(this.time)}&origin=${encodeURIComponent(location.origin)}`;
    this.frame.title = "Video";
    this.frame.allow = "autoplay; encrypted-media; picture-in-picture; fullscreen";
    this.frame.referrerPolicy = "strict-origin-when-cross-origin";
    this.frame.addEventListener("load", () => this.say({ event: "listening" }));
    this.element.replaceChildren(this.frame);
  }

  say(message) { this.frame?.contentWindow?.postMessage(JSON.stringify(message), YoutubePlayer.host); }
  command(func, ...args) { this.say({ event: "command", func, args }); }

  seek(seconds) {
    this.time = seconds;
    this.command("seekTo", seconds, true);
    for (const call of this.calls) call();
  }

  play() { if (this.frame) this.command("playVideo"); else this.load(); }
  toggle() { if (this.playing) this.command("pauseVideo"); else this.play(); }
  set speed(rate) { this.command("setPlaybackRate", rate); }
}
