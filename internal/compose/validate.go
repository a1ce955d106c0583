package compose

func (l *loader) checkSchema(d *node) {}

func (l *loader) checkModel(model *node) {}
