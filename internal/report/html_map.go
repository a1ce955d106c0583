package report

import (
	"fmt"

	"github.com/prodcheck/prodcheck/checks"
)

// Measures of the picture, in its own units: one is a pixel where there is room.
const (
	boxWidth, boxHeight = 156, 46
	columnGap, rowGap   = 68, 20
	mapMargin, mapHead  = 8, 26
	boxText             = 19 // columns of a box's larger text
	boxSmall            = 22 // of its smaller one
	arrowText           = 12 // of an arrow's
)

// A drawing is a map laid out.
type drawing struct {
	Width, Height int
	Heads         []drawnText
	Boxes         []drawnBox
	Arrows        []drawnArrow
	More          string
	Words         []string // the same in sentences, for those who do not see it
}

type drawnText struct {
	X, Y int
	Text string
}

type drawnBox struct {
	Class          string
	X, Y           int
	Name, Text     string
	TextX, Y1, Y2  int
	Width, Height  int
	FullName, Hint string
}

type drawnArrow struct {
	Class, Path string
	Label       string
	X, Y        int
}

var layerNames = [...]string{"visitors", "edge", "services", "settings", "environment"}

// draw lays a map out in columns, one for each layer that has something in it. It is nil for no map.
func draw(m *checks.Map) *drawing {
	if m == nil {
		return nil
	}
	d := &drawing{}
	var column [len(layerNames)]int // of each layer
	var filled [len(layerNames)]int // boxes in each layer
	for _, n := range m.Nodes {
		filled[n.Layer]++
	}
	columns, tallest := 0, 0
	for i, n := range filled {
		if n > 0 {
			column[i] = columns
			d.Heads = append(d.Heads, drawnText{mapMargin + columns*(boxWidth+columnGap), mapMargin + 10, layerNames[i]})
			columns++
			tallest = max(tallest, n)
		}
	}
	d.Width = 2*mapMargin + columns*boxWidth + (columns-1)*columnGap
	height := tallest*(boxHeight+rowGap) - rowGap
	d.Height = mapHead + 2*mapMargin + height
	var placed [len(layerNames)]int
	boxes := make([]drawnBox, len(m.Nodes))
	for i, n := range m.Nodes {
		own := filled[n.Layer]*(boxHeight+rowGap) - rowGap
		x := mapMargin + column[n.Layer]*(boxWidth+columnGap)
		y := mapMargin + mapHead + (height-own)/2 + placed[n.Layer]*(boxHeight+rowGap)
		placed[n.Layer]++
		b := drawnBox{Class: n.Kind, X: x, Y: y, Width: boxWidth, Height: boxHeight, Name: cut(safe(n.Name), boxText),
			Text: cutPath(safe(n.Text), boxSmall), TextX: x + 10, Y1: y + 20, Y2: y + 37, FullName: safe(n.Name), Hint: safe(n.Text)}
		if n.Text == "" {
			b.Y1 = y + 28
		}
		boxes[i] = b
	}
	d.Boxes = boxes
	for _, a := range m.Arrows {
		d.arrow(m, boxes, a)
	}
	if m.More > 0 {
		d.More = count(m.More, "more service is not drawn", "more services are not drawn")
	}
	return d
}

// arrow draws a curve between two boxes, from the side that faces the other one.
func (d *drawing) arrow(m *checks.Map, boxes []drawnBox, a checks.MapArrow) {
	from, to := boxes[a.From], boxes[a.To]
	out := drawnArrow{Class: "flow", Label: cut(safe(a.Text), arrowText)}
	if a.Open {
		out.Class = "flow open"
	}
	x1, x2 := from.X+boxWidth, to.X
	if from.X > to.X {
		x1, x2 = from.X, to.X+boxWidth
	}
	y1, y2 := from.Y+boxHeight/2, to.Y+boxHeight/2
	switch {
	case from.X == to.X: // in one column: around the side
		x1 = from.X + boxWidth
		out.Path = fmt.Sprintf("M%d %d C%d %d %d %d %d %d", x1, y1, x1+40, y1, x1+40, y2, x1, y2)
		out.X, out.Y = x1+34, (y1+y2)/2
	case x2-x1 > columnGap: // past the columns in between, where no box stands
		lane := y2
		for _, b := range boxes {
			if b.X > from.X && b.X < to.X && lane > b.Y-6 && lane < b.Y+boxHeight+6 {
				lane = b.Y + boxHeight + rowGap/2
			}
		}
		h := columnGap / 2
		out.Path = fmt.Sprintf("M%d %d C%d %d %d %d %d %d L%d %d C%d %d %d %d %d %d", x1, y1, x1+h, y1, x1+h, lane, x1+columnGap, lane,
			x2-columnGap, lane, x2-h, lane, x2-h, y2, x2, y2)
		out.X, out.Y = (x1+x2)/2, lane-4
	default:
		middle := (x1 + x2) / 2
		out.Path = fmt.Sprintf("M%d %d C%d %d %d %d %d %d", x1, y1, middle, y1, middle, y2, x2, y2)
		out.X, out.Y = middle, (y1+y2)/2-4
	}
	for _, other := range d.Arrows { // no label over another one
		if out.Label != "" && other.Label != "" && abs(other.X-out.X) < columnGap && abs(other.Y-out.Y) < 12 {
			out.Y = other.Y + 13
		}
	}
	d.Arrows = append(d.Arrows, out)
	words := safe(m.Nodes[a.From].Name) + " → " + safe(m.Nodes[a.To].Name)
	if a.Text != "" {
		words += " (" + safe(a.Text) + ")"
	}
	d.Words = append(d.Words, words)
}

func abs(n int) int { return max(n, -n) }
