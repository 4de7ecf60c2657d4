/** The page stands alone: no font, script or picture from elsewhere. */
export const STYLE = `
:root{color-scheme:light dark;--ground:light-dark(#f6f4ef,#14161a);--card:light-dark(#fff,#1d2026);--ink:light-dark(#1c2026,#e9e7e1);
--soft:light-dark(#6b6f76,#9aa0a8);--line:light-dark(#e3dfd6,#30343c);--accent:light-dark(#0b6e5b,#4fd1b5);--bad:light-dark(#b3261e,#ff8a80)}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:960px;margin:0 auto;padding:32px 16px 64px}h1{font-size:28px;margin:0 0 4px}p{margin:8px 0}.soft{color:var(--soft)}
.note{border-left:4px solid var(--accent);padding:8px 12px;background:var(--card);border-radius:4px}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px;margin:20px 0}
h2{font-size:19px;margin:0 0 12px;display:flex;align-items:center;gap:10px}.number{background:var(--accent);color:var(--card);border-radius:50%;
width:28px;height:28px;display:grid;place-items:center;font-size:15px}.time{margin-left:auto;font-weight:400;font-size:14px;color:var(--soft)}
.picture{position:relative;border-radius:8px;overflow:hidden}.picture img{width:100%;display:block}.picture svg{position:absolute;inset:0;width:100%;height:100%}
.bone{stroke:#ffffffcc}.joint{fill:#0bd3a7;stroke:#003b2f}.box{fill:none;stroke:#ffb300;stroke-dasharray:12 8}.square{fill:#00c2ff22;stroke:#00c2ff}
svg text{fill:#fff;stroke:#000;stroke-width:.25em;paint-order:stroke;font-family:system-ui}
.row{display:flex;flex-wrap:wrap;gap:20px}figure{margin:0}figure img{width:256px;height:256px;border-radius:8px;display:block;background:#000}
.pixels{image-rendering:pixelated}figcaption{font-size:13px;color:var(--soft);max-width:256px;margin-top:6px}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:15px}th,td{text-align:left;padding:6px 10px;border-bottom:1px solid var(--line)}
thead th{color:var(--soft);font-weight:400;font-size:13px}.figure{text-align:right;font-variant-numeric:tabular-nums}
.bar{position:relative;width:160px;height:10px;background:var(--line);border-radius:5px}.bar i{display:block;height:100%;border-radius:5px}
.bar b{position:absolute;top:-4px;width:2px;height:18px;background:var(--ink)}.ok{background:var(--accent)}.bad{background:var(--bad)}
.ok-text{color:var(--accent)}.bad-text{color:var(--bad)}.verdict{font-size:18px;font-weight:600}
`
