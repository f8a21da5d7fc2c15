#!/usr/bin/env python3
"""make_corpus.py FOLDER: files to read with the text that a person would copy from each (NAME.txt beside it), and hostile ones (hostile/).

Needs fpdf2, uharfbuzz, reportlab, arabic-reshaper and python-bidi from PyPI, DejaVu fonts and, for one file, chromium.
"""
import os, shutil, struct, subprocess, sys, zipfile, zlib

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
TITLE = "سياسة الشحن والاسترجاع"
PARAGRAPHS = [
    "بنوصل الطلبات لكل المحافظات خلال 3 أيام عمل، والشحن داخل القاهرة بسعر 45 جنيه فقط.",
    "الطلبات الأكبر من 1,500 جنيه شحنها مجاني، والدفع عند الاستلام متاح في كل المدن (القاهرة والجيزة والإسكندرية).",
    "الاسترجاع مسموح لمدة 14 يوم من تاريخ الاستلام، بشرط إن المنتج يكون في حالته الأصلية ومعاه الفاتورة.",
    "للاستفسار كلمنا على 01012345678 أو ابعت رسالة على help@dukkan.example في أي وقت.",
    "خدمة العملاء متاحة من الساعة 9 الصبح لحد الساعة 10 بالليل ما عدا الجمعة، والمكالمات المسجلة لضمان الجودة.",
]
TABLE = [["المنتج", "السعر", "المقاسات"], ["قميص قطن", "350", "من S لحد XL"], ["بنطلون جينز", "620", "من 30 لحد 38"], ["جاكيت شتوي", "1250", "M و L"]]
PARAGRAPH_TEXT = "\n".join([TITLE] + PARAGRAPHS)
ROWS_TEXT = [" ".join(row) for row in TABLE]


def write(folder, name, data, text=None):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)
    if text is not None:
        expect(folder, name, text)


def expect(folder, name, text):
    with open(os.path.join(folder, name + ".txt"), "w") as file:
        file.write(text)


# ---- PDF

def pdf_fpdf(path, shaped=True):
    from fpdf import FPDF
    pdf = FPDF()
    pdf.add_font("D", fname=FONT)
    if shaped:
        pdf.set_text_shaping(True)
    pdf.add_page()
    pdf.set_font("D", size=12)
    for paragraph in [TITLE] + PARAGRAPHS:
        pdf.multi_cell(0, 8, paragraph, align="R", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(4)
    pdf.output(path)


def lines_of(paragraph, width=70):
    line, lines = "", []
    for word in paragraph.split():
        if len(line) + len(word) + 1 > width:
            lines.append(line)
            line = ""
        line += (" " if line else "") + word
    return lines + [line]


def pdf_reportlab(path, transform):
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas
    pdfmetrics.registerFont(TTFont("D", FONT))
    canvas = Canvas(path)
    canvas.setFont("D", 12)
    y = 780
    for paragraph in [TITLE] + PARAGRAPHS:
        for line in lines_of(paragraph):
            canvas.drawRightString(550, y, transform(line))
            y -= 18
        y -= 12
    canvas.save()


def pdf_chromium(folder, path):
    html = os.path.join(folder, "print.html")
    with open(html, "w") as file:
        file.write("<!doctype html><meta charset=utf-8><html lang=ar dir=rtl><style>body{font:16px 'DejaVu Sans'}</style>"
                   f"<h1>{TITLE}</h1>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS))
    subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={path}", "file://" + html],
                   check=True, capture_output=True, timeout=120)
    os.remove(html)


# ---- Office

TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def zipped(path, entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)


def docx(path, extra=()):
    def p(text, style=None, item=False):
        properties = (f'<w:pStyle w:val="{style}"/>' if style else "") + ('<w:numPr><w:numId w:val="1"/></w:numPr>' if item else "")
        half = len(text) // 2
        runs = "".join(f'<w:r><w:t xml:space="preserve">{part}</w:t></w:r>' for part in (text[:half], text[half:]))
        return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"
    table = "<w:tbl>" + "".join("<w:tr>" + "".join(f"<w:tc>{p(c)}</w:tc>" for c in row) + "</w:tr>" for row in TABLE) + "</w:tbl>"
    body = (p(TITLE, "a3") + p(PARAGRAPHS[0]) + p(PARAGRAPHS[1]) + p("المواعيد", "1") + p(PARAGRAPHS[4]) + p("أول ميزة", item=True)
            + p("تاني ميزة", item=True) + p("الأسعار", "1") + table + "<w:p><w:r><w:t>ملاحظة أخيرة: الأسعار شاملة الضريبة &amp; الخدمة.</w:t></w:r></w:p>")
    styles = (f'<w:styles {W}><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
              '<w:style w:type="paragraph" w:styleId="a3"><w:name w:val="Title"/></w:style></w:styles>')
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document {W}><w:body>{body}</w:body></w:document>'
    zipped(path, [("[Content_Types].xml", TYPES), ("word/document.xml", document), ("word/styles.xml", styles)] + list(extra))


DOCX_TEXT = "\n".join([TITLE, PARAGRAPHS[0], PARAGRAPHS[1], "المواعيد", PARAGRAPHS[4], "أول ميزة", "تاني ميزة", "الأسعار"] + ROWS_TEXT
                      + ["ملاحظة أخيرة: الأسعار شاملة الضريبة & الخدمة."])


def xlsx(path):
    strings, xml = [], ""
    for number, row in enumerate([["قائمة أسعار 2026"], TABLE[0] + ["آخر موعد"]] + TABLE[1:], 1):
        cells = ""
        for column, value in enumerate(row):
            reference = "ABCD"[column] + str(number)
            if value.isdigit():
                cells += f'<c r="{reference}"><v>{value}</v></c>'
            else:
                strings.append(value)
                cells += f'<c r="{reference}" t="s"><v>{len(strings) - 1}</v></c>'
        if number > 2:
            cells += f'<c r="D{number}" s="1"><v>{46000 + number}</v></c>'
        xml += f'<row r="{number}">{cells}</row>'
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relations = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    zipped(path, [
        ("[Content_Types].xml", TYPES),
        ("xl/workbook.xml", f'<workbook {main} {relations}><sheets><sheet name="أسعار" sheetId="1" r:id="rId1"/></sheets></workbook>'),
        ("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'),
        ("xl/sharedStrings.xml", f"<sst {main}>" + "".join(f"<si><t>{s}</t></si>" for s in strings) + "</sst>"),
        ("xl/styles.xml", f'<styleSheet {main}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'),
        ("xl/worksheets/sheet1.xml", f"<worksheet {main}><sheetData>{xml}</sheetData></worksheet>"),
    ])


def named(rows, head):
    return "\n".join(" | ".join(f"{h}: {v}" for h, v in zip(head, row)) for row in rows)


XLSX_TEXT = "قائمة أسعار 2026\n" + named(
    [row + [date] for row, date in zip(TABLE[1:], ["2025-12-12", "2025-12-13", "2025-12-14"])], TABLE[0] + ["آخر موعد"])

HTML = f"""<!doctype html><html lang=ar dir=rtl><head><meta charset=utf-8><title>{TITLE} | دكان</title><style>p{{color:red}}</style></head><body>
<header><nav><ul><li><a href=/>الرئيسية</a><li><a href=/about>من نحن</a></ul></nav></header>
<div class="cookie-banner">بنستخدم الكوكيز</div><main><h1>{TITLE}</h1><p>{PARAGRAPHS[0]}<p>{PARAGRAPHS[1]}<br>
<script>alert("لأ")</script><h2>المواعيد</h2><p>{PARAGRAPHS[4]}</p><ul><li>أول ميزة<li>تاني ميزة</ul>
<table><tr>{"".join(f"<th>{c}" for c in TABLE[0])}</tr>{"".join("<tr>" + "".join(f"<td>{c}</td>" for c in r) + "</tr>" for r in TABLE[1:])}</table>
<p hidden>مخفي</p><p>ملاحظة &laquo;أخيرة&raquo;&nbsp;&amp; مهمة</p></main><aside>اقرأ كمان</aside><footer>حقوق محفوظة</footer></body></html>"""
HTML_TEXT = "\n".join([TITLE, PARAGRAPHS[0], PARAGRAPHS[1], "المواعيد", PARAGRAPHS[4], "أول ميزة", "تاني ميزة"] + ROWS_TEXT + ["ملاحظة «أخيرة» & مهمة"])


# ---- hostile

def bomb(folder):
    """A DOCX whose text claims to be small and unpacks to 4 GB."""
    packer, checksum, chunk = zlib.compressobj(9, zlib.DEFLATED, -15), 0, b" " * (1 << 20)
    packed = b""
    for _ in range(4096):
        packed += packer.compress(chunk)
    packed += packer.flush()
    data, central = b"", b""
    for name, method, body, size in [(b"[Content_Types].xml", 0, TYPES, len(TYPES)), (b"word/document.xml", 8, packed, 1000)]:
        crc = zlib.crc32(body)
        central += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, method, 0, 0, crc, len(body), size, len(name), 0, 0, 0, 0, 0, len(data)) + name
        data += struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, method, 0, 0, crc, len(body), size, len(name), 0) + name + body
    write(folder, "bomb.docx", data + central + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 2, 2, len(central), len(data), 0))


def hostile(folder):
    os.makedirs(folder)
    at = lambda name: os.path.join(folder, name)
    read = lambda name: open(at(name), "rb").read()
    bomb(folder)
    xml = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document {W}><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>'
    zipped(at("xxe.docx"), [("[Content_Types].xml", TYPES), ("word/document.xml", xml)])
    laughs = '<!DOCTYPE d [<!ENTITY a "ha">' + "".join(f'<!ENTITY {b} "{("&" + a + ";") * 10}">' for a, b in zip("abcdefgh", "bcdefghi")) + "]>"
    zipped(at("laughs.docx"), [("[Content_Types].xml", TYPES), ("word/document.xml", laughs + f"<w:document {W}><w:t>&i;</w:t></w:document>")])
    docx(at("path.docx"), [("../../../etc/cron.d/x", "x")])
    docx(at("absolute.docx"), [("/etc/passwd", "x")])
    docx(at("many.docx"), [(f"word/media/{n}.bin", "x") for n in range(2000)])
    link = zipfile.ZipInfo("word/media/link")
    link.external_attr = 0o120777 << 16
    docx(at("link.docx"), [(link, "/etc/passwd")])
    docx(at("cut.docx"))
    write(folder, "cut.docx", read("cut.docx")[:-40])
    write(folder, "garbage.docx", b"PK\x03\x04" + os.urandom(50_000))
    write(folder, "lie.pdf", b"PK\x03\x04 not a PDF")
    write(folder, "lie.docx", b"%PDF-1.7 not a DOCX")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><text>x</text></svg>'
    write(folder, "drawing.svg", svg)
    write(folder, "drawing.html", svg)
    write(folder, "binary.txt", b"abc\x00\x01\x02def")
    write(folder, "program.exe", b"MZ" + os.urandom(100))
    write(folder, "old.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + os.urandom(600))
    write(folder, "locked.xlsx", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + os.urandom(600))
    write(folder, "empty.txt", b"   \n ")
    write(folder, "broken.pdf", b"%PDF-1.7\n" + os.urandom(20_000))
    many_pages(at("pages.pdf"), 10_000)
    pdf_fpdf(at("a.pdf"), shaped=False)
    docx(at("a.docx"))
    write(folder, "polyglot.pdf", read("a.pdf") + read("a.docx"))
    os.remove(at("a.pdf"))
    os.remove(at("a.docx"))
    write(folder, "deep.html", b"<html>" + b"<div>" * 1_000_000 + b"text")
    write(folder, "tags.html", b"<html><body>" + b"<" * 2_000_000)
    write(folder, "entities.html", b"<html><body>" + b"&" * 2_000_000)
    from reportlab.pdfgen.canvas import Canvas
    canvas = Canvas(at("scan.pdf"))
    canvas.rect(100, 100, 300, 300, fill=1)
    canvas.save()


def many_pages(path, count):
    """A PDF by hand, whose pages all show the same text."""
    kids = b" ".join(b"%d 0 R" % (n + 5) for n in range(count))
    text = b"BT /F1 12 Tf 72 720 Td (Page of a book) Tj ET"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids),
               b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", b"<</Length %d>>stream\n%s\nendstream" % (len(text), text)]
    objects += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents 4 0 R>>"] * count
    data, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    with open(path, "wb") as file:
        file.write(data)


def main():
    folder = sys.argv[1]
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    at = lambda name: os.path.join(folder, name)
    import arabic_reshaper
    from bidi.algorithm import get_display
    pdf_fpdf(at("shaped.pdf"))
    pdf_fpdf(at("unshaped.pdf"), shaped=False)
    pdf_reportlab(at("reversed.pdf"), lambda line: line)
    pdf_reportlab(at("forms.pdf"), lambda line: get_display(arabic_reshaper.reshape(line)))
    pdf_reportlab(at("reversed-forms.pdf"), arabic_reshaper.reshape)
    names = ["shaped", "unshaped", "reversed", "forms", "reversed-forms"]
    if shutil.which("chromium"):
        pdf_chromium(folder, at("chromium.pdf"))
        names.append("chromium")
    for name in names:
        expect(folder, name + ".pdf", PARAGRAPH_TEXT)
    docx(at("word.docx"))
    expect(folder, "word.docx", DOCX_TEXT)
    xlsx(at("prices.xlsx"))
    expect(folder, "prices.xlsx", XLSX_TEXT)
    write(folder, "page.html", HTML.encode(), HTML_TEXT)
    write(folder, "notes.md", ("# " + TITLE + "\n\n" + "\n\n".join(PARAGRAPHS)).encode(), PARAGRAPH_TEXT)
    write(folder, "old.txt", "\n".join([TITLE] + PARAGRAPHS).encode("cp1256"), PARAGRAPH_TEXT)
    write(folder, "table.csv", "\n".join(",".join(row) for row in TABLE).encode(), named(TABLE[1:], TABLE[0]))
    hostile(at("hostile"))


main()
