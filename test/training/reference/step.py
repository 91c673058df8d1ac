"""One training step of the recipe in PyTorch, written independently of the trainer it checks.

  npx tsx test/training/reference/write-inputs.ts inputs.safetensors
  python3 test/training/reference/step.py inputs.safetensors test/training/reference/step.safetensors

Needs torch, numpy and safetensors. Writes the four losses and the gradient of every parameter (HWIO).
"""
import sys
import numpy as np, torch, torch.nn.functional as F
from safetensors.numpy import load_file, save_file

STYLE_WEIGHT, TV_WEIGHT, MARGIN = 10.0, 0.1, 8
VGG = ['conv1_1', 'conv1_2', 'P', 'conv2_1', 'conv2_2', 'P', 'conv3_1']
DISTILLED = ['conv0', 'conv1_1', 'conv1_2', 'P', 'conv2_1', 'conv2_2', 'P', 'conv3_1', 'conv3_2', 'conv3_3',
             'conv3_4', 'P', 'conv4_1', 'conv4_2', 'conv4_3', 'conv4_4', 'P', 'conv5_1']

inputs = load_file(sys.argv[1])
tensor = lambda name: torch.tensor(inputs[name])
oihw = lambda kernel: kernel.permute(3, 2, 0, 1)
picture = lambda name: tensor(name).permute(2, 0, 1)[None]

parameters = {n[len('network/'):]: tensor(n).requires_grad_() for n in inputs if n.startswith('network/')}


def convolution(x, name, stride=1):
    kernel = oihw(parameters[f'{name}/kernel'])
    return F.conv2d(x, kernel, parameters.get(f'{name}/bias'), stride, kernel.shape[2] // 2)


def norm(x, name):
    return F.instance_norm(x, weight=parameters[f'{name}/gamma'], bias=parameters[f'{name}/beta'], eps=1e-5)


def depth_to_space(x):
    """TensorFlow's order: the phase is the outer part of the channel."""
    n, c, h, w = x.shape
    x = x.reshape(n, 2, 2, c // 4, h, w).permute(0, 3, 4, 1, 5, 2)
    return x.reshape(n, c // 4, h * 2, w * 2)


def paint(photos):
    h, w = photos.shape[2:]
    x = F.pad(photos, (MARGIN, MARGIN + (-w) % 4, MARGIN, MARGIN + (-h) % 4), mode='reflect') - 0.5
    x = F.relu(norm(convolution(x, 'stem', 2), 'stem'))
    x = F.relu(norm(convolution(x, 'down', 2), 'down'))
    block = 0
    while f'trunk/{block}/conv1/kernel' in parameters:
        y = F.relu(norm(convolution(x, f'trunk/{block}/conv1'), f'trunk/{block}/conv1'))
        x = x + norm(convolution(y, f'trunk/{block}/conv2'), f'trunk/{block}/conv2')
        block += 1
    x = F.interpolate(x, scale_factor=2, mode='nearest')
    x = F.relu(norm(convolution(x, 'up'), 'up'))
    x = depth_to_space(convolution(x, 'head'))
    line = torch.tensor([1., 2., 1.]) / 4
    smooth = (line[:, None] * line[None]).expand(3, 1, 3, 3)
    x = F.conv2d(F.pad(x, (1, 1, 1, 1), mode='replicate'), smooth, groups=3) + 0.5
    return x[:, :, MARGIN:MARGIN + h, MARGIN:MARGIN + w]


def features(x):
    """Layers 1 to 3 of VGG19 itself, 4 and 5 of the distilled one."""
    taps, deep = [], x
    shallow = x.flip(1) * 255 - torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1)
    for name in VGG:
        if name == 'P':
            shallow = F.max_pool2d(shallow, 2)
            continue
        kernel, bias = oihw(tensor(f'vgg/{name}/kernel')), tensor(f'vgg/{name}/bias')
        shallow = F.relu(F.conv2d(shallow, kernel, bias, padding=1))
        if name.endswith('_1'):
            taps.append(shallow)
    for name in DISTILLED:
        if name == 'P':
            deep = F.max_pool2d(deep, 2)
            continue
        kernel, bias = oihw(tensor(f'distilled/{name}/kernel')), tensor(f'distilled/{name}/bias')
        if name == 'conv0':
            deep = F.conv2d(deep, kernel, bias)
            continue
        deep = F.relu(F.conv2d(F.pad(deep, (1, 1, 1, 1), mode='reflect'), kernel, bias))
        if name in ('conv4_1', 'conv5_1'):
            taps.append(deep)
    return taps


def gram(f):
    n, c, h, w = f.shape
    f = f.reshape(n, c, h * w)
    return torch.bmm(f, f.transpose(1, 2)) / (h * w)


photos = torch.cat([picture('photo/0'), picture('photo/1')])
with torch.no_grad():
    targets = [gram(f) for f in features(picture('painting'))]
    wanted = features(photos)[3]
painting = paint(photos)
found = features(painting)
content = ((found[3] - wanted) ** 2).mean() / (wanted ** 2).mean()
style = sum(((gram(f) - t) ** 2).mean() / (t ** 2).mean() for f, t in zip(found, targets)) / len(targets)
variation = ((painting[:, :, 1:] - painting[:, :, :-1]) ** 2).mean() \
    + ((painting[:, :, :, 1:] - painting[:, :, :, :-1]) ** 2).mean()
outside = (F.relu(painting - 1) + F.relu(-painting)).mean()
(content + STYLE_WEIGHT * style + TV_WEIGHT * variation + outside).backward()

outcome = {f'gradient/{name}': p.grad.contiguous().numpy() for name, p in parameters.items()}
outcome['losses'] = np.array([v.item() for v in (content, style, variation, outside)], dtype=np.float32)
save_file({name: np.ascontiguousarray(value) for name, value in outcome.items()}, sys.argv[2])
print(outcome['losses'])
