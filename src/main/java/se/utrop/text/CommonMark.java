package se.utrop.text;

import java.util.List;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Block;
import org.commonmark.node.Code;
import org.commonmark.node.CustomNode;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * Texts in CommonMark, with GitHub's tables.
 *
 * @see <a href="https://spec.commonmark.org/">CommonMark</a>
 */
public final class CommonMark {

    private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());

    private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();

    private static final HtmlRenderer RENDERER =
            HtmlRenderer.builder().extensions(EXTENSIONS).build();

    private CommonMark() {}

    /** HTML that is safe to put on a page, whatever the text holds. */
    public static String toSafeHtml(String text) {
        return SafeHtml.of(RENDERER.render(PARSER.parse(text)));
    }

    /** What a reader reads: the text without its markup. */
    public static String toPlainText(String text) {
        Reader reader = new Reader();
        PARSER.parse(text).accept(reader);
        return reader.read.toString().strip();
    }

    private static final class Reader extends AbstractVisitor {

        private final StringBuilder read = new StringBuilder();

        @Override
        public void visit(Text text) {
            read.append(text.getLiteral());
        }

        @Override
        public void visit(Code code) {
            read.append(code.getLiteral());
        }

        @Override
        protected void visitChildren(Node parent) {
            super.visitChildren(parent);
            if (parent instanceof Block || parent instanceof CustomNode) {
                read.append('\n');
            }
        }

        @Override
        public void visit(SoftLineBreak lineBreak) {
            read.append('\n');
        }

        @Override
        public void visit(HardLineBreak lineBreak) {
            read.append('\n');
        }
    }
}
